import { startHeadless } from './headless-run.ts'
import { uiSuite } from './ui-suite.ts'

uiSuite('the UI in a browser, served by the headless gateway', () => startHeadless())
