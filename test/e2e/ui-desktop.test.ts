import { ensureBundle } from './bundle.ts'
import { DesktopRun } from './desktop-run.ts'
import { type UiHost, uiSuite } from './ui-suite.ts'

uiSuite('the UI in the desktop window', async (): Promise<UiHost> => {
  const run = await DesktopRun.start({ appDir: ensureBundle() })
  return { page: await run.page(), stop: () => run.end() }
})
