import { create } from 'zustand'
import type { GatewayConfig } from '../../shared/config/gateway.ts'
import type { ErrorReport } from '../../shared/errors.ts'
import { request } from '../api/client.ts'

interface ConfigState {
  /** As the engine runs it, for whoever watches; what one edits is in draft-store.ts. Secrets are masked or references. */
  readonly config: GatewayConfig | undefined
  readonly revision: number
  readonly path: string
  readonly error: ErrorReport | undefined
}

export const useConfig = create<ConfigState>(() => ({ config: undefined, revision: 0, path: '', error: undefined }))

export async function loadConfig(): Promise<void> {
  const result = await request('config.get', null)
  if (result.ok) useConfig.setState({ ...result.value, error: undefined })
  else useConfig.setState({ error: result.error })
}
