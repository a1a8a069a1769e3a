/** For bugs only, never for bad input: a failed assertion ends the engine thread, which is restarted and says so. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`)
}

/** Closes a switch over a union: a new member becomes a compile error here. */
export function assertNever(value: never, what = 'value'): never {
  throw new Error(`Assertion failed: unexpected ${what} ${JSON.stringify(value)}`)
}

/** The value, or a thrown bug when it is missing. */
export function assertExists<T>(value: T | null | undefined, message: string): T {
  if (value === null || value === undefined) throw new Error(`Assertion failed: ${message}`)
  return value
}
