import type { ConnectorState, GatewayStatus, UplinkState } from '../../shared/status.ts'
import type { Tone } from '../components/state-mark.tsx'

export const summaryTones: Record<GatewayStatus['summary'], Tone> = {
  starting: 'busy',
  delivering: 'ok',
  idle: 'off',
  buffering: 'warn',
  attention: 'warn',
  stopped: 'bad',
}

/** `waiting` heals by itself, `faulted` needs somebody. */
export const connectorTones: Record<ConnectorState, Tone> = {
  disabled: 'off',
  idle: 'off',
  connecting: 'busy',
  online: 'ok',
  waiting: 'warn',
  faulted: 'bad',
}

export const uplinkTones: Record<UplinkState, Tone> = {
  unconfigured: 'off',
  idle: 'off',
  connecting: 'busy',
  online: 'ok',
  waiting: 'warn',
  faulted: 'bad',
}
