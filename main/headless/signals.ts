/** The shell's convention: 128 + number of SIGINT. */
const interrupted = 130

/** Resolves at the first Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once. Call once per process. */
export function stopRequested(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    const ask = (): void => {
      asked = true
      resolve()
    }
    process.on('SIGINT', () => (asked ? process.exit(interrupted) : ask()))
    process.on('SIGTERM', ask)
    // The console window was closed. Elsewhere a handler would undo what nohup does.
    if (process.platform === 'win32') process.on('SIGHUP', ask)
  })
}
