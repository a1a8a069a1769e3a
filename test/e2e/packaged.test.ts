import { describe, expect, test } from 'vitest'
import { packageForTests } from './bundle.ts'
import { desktopSuite } from './desktop-suite.ts'

// The same promises kept by what electron-builder makes: archive, native file outside it, flipped fuses.

let executable: { path: string } | undefined

describe.skipIf(process.platform !== 'linux')('package', () => {
  desktopSuite('packaged desktop', async () => {
    executable ??= packageForTests('linux')
    return { packaged: executable.path }
  })

  // dist.mjs looks into each folder: one native file, flipped fuses, nothing of the sources.
  test('the Windows folder is complete as well', () => {
    expect(packageForTests('win').output).toContain('win-unpacked is complete')
  })
})
