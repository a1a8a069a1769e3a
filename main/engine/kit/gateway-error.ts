import type { ErrorCode, ErrorReport, Retry } from '../../../shared/errors.ts'

export interface GatewayErrorOptions {
  readonly retry?: Retry
  /** A sentence for the operator: what to do. */
  readonly hint?: string
  readonly detail?: Readonly<Record<string, string | number | boolean>>
  readonly cause?: unknown
}

/**
 * An operating error: something outside went wrong and its owner handles it. The message says what we were doing and does
 * not repeat the cause; `causeText` prints the chain for the log.
 */
export class GatewayError extends Error {
  readonly code: ErrorCode
  readonly retry: Retry
  readonly hint: string
  readonly detail: Readonly<Record<string, string | number | boolean>>

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'GatewayError'
    this.code = code
    this.retry = options.retry ?? 'soon'
    this.hint = options.hint ?? ''
    this.detail = options.detail ?? {}
  }
}

export function isGatewayError(error: unknown, code?: ErrorCode): error is GatewayError {
  return error instanceof GatewayError && (code === undefined || error.code === code)
}

/** Any thrown thing as a GatewayError; what is not one already is INTERNAL. */
export function asGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  return new GatewayError('INTERNAL', error instanceof Error ? error.message : String(error), { cause: error })
}

export function toErrorReport(error: unknown): ErrorReport {
  const { code, message, hint, detail } = asGatewayError(error)
  return { code, message, hint, detail }
}

/** The chain of messages below `error`, outermost first, for the log. */
export function causeText(error: unknown): string {
  const parts: string[] = []
  for (let e: unknown = error, depth = 0; e !== undefined && e !== null && depth < 8; depth++) {
    const text = e instanceof Error ? e.message : String(e)
    if (parts.at(-1) !== text) parts.push(text)
    e = e instanceof Error ? e.cause : undefined
  }
  return parts.join(': ')
}
