import { ensureBundle } from './bundle.ts'
import { desktopSuite } from './desktop-suite.ts'

desktopSuite('desktop from the working tree', async () => ({ appDir: ensureBundle() }))
