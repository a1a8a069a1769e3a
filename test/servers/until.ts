/** Waits for a condition with a deadline; the error says what did not happen. */
export async function until(
  what: string,
  condition: () => boolean,
  withinMs: number,
  detail: () => string = () => '',
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Timed out: ${what}. ${detail()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
