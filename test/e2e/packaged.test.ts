import { describe, expect, test } from 'vitest'
import { packageForTests } from './bundle.ts'
import { DesktopRun } from './desktop-run.ts'
import { desktopSuite } from './desktop-suite.ts'
import { uiSuite } from './ui-suite.ts'

// The same promises kept by what electron-builder makes: archive, native file outside it, flipped fuses.

let executable: { path: string } | undefined

describe.skipIf(process.platform !== 'linux')('package', () => {
  desktopSuite('packaged desktop', async () => {
    executable ??= packageForTests('linux')
    return { packaged: executable.path }
  })

  uiSuite('the UI in the packaged application', async () => {
    executable ??= packageForTests('linux')
    const run = await DesktopRun.start({ packaged: executable.path })
    return { page: await run.page(), stop: () => run.end() }
  })

  // dist.mjs looks into each folder: one native file, flipped fuses, nothing of the sources.
  test('the Windows folder is complete as well', () => {
    expect(packageForTests('win').output).toContain('win-unpacked is complete')
  })
})
