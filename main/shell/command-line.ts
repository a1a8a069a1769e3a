import { isAbsolute, resolve } from 'node:path'

export interface ShellArguments {
  /** Absolute; undefined = the desktop's usual place. */
  readonly dataDir: string | undefined
  /** Start in the tray, without a window. */
  readonly hidden: boolean
  readonly demo: boolean
}

const usage = 'Usage: thingsboard-gateway [--data DIR] [--hidden] [--demo]'

/**
 * Reads our own arguments and leaves every other one alone: Chromium, Electron and Playwright add theirs to the same list.
 * `--data` wins over the environment's TB_GW_DATA. Returns a sentence when a value is missing.
 */
export function parseArguments(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  cwd: string,
): ShellArguments | string {
  let folder = environment['TB_GW_DATA'] || undefined
  let hidden = false
  let demo = false
  for (const [at, argument] of argv.entries()) {
    if (argument === '--hidden') hidden = true
    else if (argument === '--demo') demo = true
    else if (argument === '--data') folder = argv[at + 1] ?? ''
    else if (argument.startsWith('--data=')) folder = argument.slice('--data='.length)
  }
  if (folder !== undefined && (folder === '' || folder.startsWith('-'))) {
    return `--data needs the path of a folder. ${usage}`
  }
  const dataDir = folder === undefined || isAbsolute(folder) ? folder : resolve(cwd, folder)
  return { dataDir, hidden, demo }
}
