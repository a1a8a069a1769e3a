import { create } from 'zustand'
import type { GatewayStatus } from '../../shared/status.ts'
import { rateHistory } from './rate-history.ts'

/** The newest snapshot of the whole gateway (at most 4 per second) and when this window received it; kept while offline. */
export const useStatus = create<{ readonly status: GatewayStatus | undefined; readonly receivedAt: number }>(() => ({
  status: undefined,
  receivedAt: 0,
}))

export function setStatus(status: GatewayStatus): void {
  rateHistory.add(status)
  useStatus.setState({ status, receivedAt: Date.now() })
}
