import { create } from 'zustand'
import type { ConfigProblem, GatewayConfig } from '../../shared/config/gateway.ts'
import type { ErrorReport } from '../../shared/errors.ts'
import { request } from '../api/client.ts'

interface ConfigState {
  /** As the engine runs it; secrets are masked or references. */
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

/** Another window or a file on disk may have changed it; the same revision needs no second reading. */
export function configChanged(revision: number): void {
  if (revision !== useConfig.getState().revision) void loadConfig()
}

export type SaveOutcome =
  | { readonly state: 'saved' }
  | { readonly state: 'conflict' }
  | { readonly state: 'refused'; readonly problems: readonly ConfigProblem[] }
  | { readonly state: 'failed'; readonly error: ErrorReport }

/** Saves `change(current)` on top of the revision this window knows. After a conflict the newer one is loaded already. */
export async function saveConfig(change: (config: GatewayConfig) => GatewayConfig): Promise<SaveOutcome> {
  const { config, revision } = useConfig.getState()
  if (!config) return { state: 'conflict' }
  const result = await request('config.save', { config: change(config), revision })
  if (!result.ok) {
    if (result.error.code !== 'CONFIG_CONFLICT') return { state: 'failed', error: result.error }
    await loadConfig()
    return { state: 'conflict' }
  }
  if (result.value.problems.length > 0) return { state: 'refused', problems: result.value.problems }
  await loadConfig()
  return { state: 'saved' }
}
