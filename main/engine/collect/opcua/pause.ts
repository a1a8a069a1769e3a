import type { Clock } from '../../kit/clock.ts'

/** Resolves after `ms`; rejects with the reason when `signal` aborts before. */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      undo()
      reject(signal.reason)
    }
    const undo = clock.after(ms, () => {
      signal.removeEventListener('abort', abort)
      resolve()
    })
    signal.addEventListener('abort', abort, { once: true })
  })
}
