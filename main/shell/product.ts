// Names the operating systems know us by; electron-builder.yml repeats them (test/unit/shell-product.test.ts compares).

export const productTitle = 'ThingsBoard IoT Gateway'
/** Windows groups toasts and taskbar buttons by it; changing it orphans pinned icons. */
export const appId = 'io.thingsboard.gateway.desktop'
/** File name of the desktop entry without `.desktop`: what Linux desktops match a window with. */
export const desktopName = 'thingsboard-gateway'

/** better-sqlite3 13 crashes without a word on an older Node. */
const oldestNode = [22, 13] as const

/** A sentence when this runtime is too old to run the engine, undefined when it is fine. */
export function nodeVersionProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor, oldestMinor] = oldestNode
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined
  return `This program needs Node ${oldestMajor}.${oldestMinor} or newer and was started with ${version}.`
}
