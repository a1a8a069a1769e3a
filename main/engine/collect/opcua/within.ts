import { GatewayError } from '../../kit/gateway-error.ts'

/**
 * The result of a library call, or a rejection when `signal` aborts or `timeoutMs` passes first. The library can not be
 * cancelled: what comes later is handed to `late` (to close it) or dropped.
 */
export async function within<T>(
  promise: Promise<T>,
  options: { signal?: AbortSignal | undefined; timeoutMs: number; doing: string; late?: (value: T) => void },
): Promise<T> {
  const { signal, timeoutMs, doing, late } = options
  let settled = false
  let timer: NodeJS.Timeout | undefined
  let abort: () => void = () => {}
  const cut = new Promise<never>((_, reject) => {
    const tooLate = () => reject(Object.assign(new Error(`timed out while ${doing}`), { code: 'ETIMEDOUT' }))
    abort = () => {
      const isDeadline = signal?.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
      if (isDeadline) tooLate()
      else reject(new GatewayError('STOPPED', `Stopped while ${doing}`, { retry: 'never' }))
    }
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    timer = setTimeout(tooLate, timeoutMs)
  })
  promise.then(
    (value) => settled && late?.(value),
    () => undefined,
  )
  try {
    return await Promise.race([promise, cut])
  } finally {
    settled = true
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
