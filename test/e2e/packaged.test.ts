import { describe } from 'vitest'
import { packageForTests } from './bundle.ts'
import { desktopSuite } from './desktop-suite.ts'

// The same promises kept by what electron-builder makes: archive, native file outside it, flipped fuses.

let executable: string | undefined

describe.skipIf(process.platform !== 'linux')('package', () => {
  desktopSuite('packaged desktop', async () => {
    executable ??= packageForTests()
    return { packaged: executable }
  })
})
