import { assertNever } from '../../../shared/assert.ts'
import { type BackoffOptions, backoffMs } from './backoff.ts'

// The life of one link (broker, OPC UA server, ThingsBoard) as a pure machine: (state, input) -> (state, effect). Timers and
// sockets belong to its owner, which carries out the effect and feeds back what happened.

export type LinkState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'online'; readonly sinceMs: number; readonly attempt: number }
  | { readonly kind: 'waiting'; readonly attempt: number; readonly delayMs: number }
  | { readonly kind: 'stopped' }

export type LinkInput =
  | { readonly kind: 'start' }
  | { readonly kind: 'connected'; readonly nowMs: number }
  /** `patient`: credentials or certificate were refused; trying often would only get the address blocked. */
  | { readonly kind: 'failed'; readonly patient: boolean; readonly nowMs: number }
  | { readonly kind: 'due' }
  /** Somebody asked for a try now. */
  | { readonly kind: 'retry' }
  | { readonly kind: 'stop' }

export type LinkEffect =
  | { readonly kind: 'connect' }
  | { readonly kind: 'wait'; readonly delayMs: number }
  | { readonly kind: 'close' }
  | undefined

export interface LinkPolicy extends BackoffOptions {
  /** Fixed wait after a refusal. ThingsBoard can block an address after ten wrong logins. */
  readonly patientMs: number
  /** Online at least this long counts as healthy: the next failure starts from the smallest wait. */
  readonly healthyMs: number
}

export function nextLink(state: LinkState, input: LinkInput, policy: LinkPolicy): readonly [LinkState, LinkEffect] {
  if (state.kind === 'stopped') return [state, undefined]
  switch (input.kind) {
    case 'start':
      return state.kind === 'idle' ? [{ kind: 'connecting', attempt: 0 }, { kind: 'connect' }] : [state, undefined]
    case 'connected':
      return state.kind === 'connecting'
        ? [{ kind: 'online', sinceMs: input.nowMs, attempt: state.attempt }, undefined]
        : [state, undefined]
    case 'failed': {
      if (state.kind !== 'connecting' && state.kind !== 'online') return [state, undefined]
      const attempt = state.kind === 'online' ? attemptAfter(state, input.nowMs, policy) : state.attempt
      const delayMs = input.patient ? policy.patientMs : backoffMs(attempt, policy)
      return [
        { kind: 'waiting', attempt: attempt + 1, delayMs },
        { kind: 'wait', delayMs },
      ]
    }
    case 'due':
    case 'retry':
      return state.kind === 'waiting'
        ? [{ kind: 'connecting', attempt: state.attempt }, { kind: 'connect' }]
        : [state, undefined]
    case 'stop':
      return [{ kind: 'stopped' }, { kind: 'close' }]
    default:
      return assertNever(input, 'link input')
  }
}

/** A connection that ends within this part of `healthyMs` is no better than a refused one: the waits go on growing. */
const briefShare = 1 / 6

function attemptAfter({ sinceMs, attempt }: LinkState & { kind: 'online' }, nowMs: number, policy: LinkPolicy): number {
  const stoodMs = nowMs - sinceMs
  if (stoodMs >= policy.healthyMs) return 0
  return stoodMs < policy.healthyMs * briefShare ? Math.max(1, attempt) : 1
}

export const defaultLinkPolicy: LinkPolicy = { baseMs: 1000, capMs: 60_000, patientMs: 300_000, healthyMs: 30_000 }
