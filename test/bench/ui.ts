import { createServer, type Server } from 'node:http'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { type Browser, chromium } from 'playwright'
import { build } from 'vite'
import { contentSecurityPolicy, readUiFile } from '../../main/host/ui-files.ts'
import { startHeadless } from '../e2e/headless-host.ts'
import { findChromium } from '../standin-electron/chromium.ts'
import type { Figure, Outcome, Scenario } from './scenario.ts'
import type { UiFigures } from './ui-page.ts'

const root = resolve(import.meta.dirname)
const outDir = resolve(root, '../../.tmp/bench-ui')
const defaultSeconds = 4
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
  '--enable-precise-memory-info',
  '--js-flags=--expose-gc',
]

/** Figure, unit, goal, and whether more is better. */
const goals: readonly (readonly [name: string, unit: string, goal: number, atLeast?: boolean])[] = [
  ['expandAll', 'ms', 100],
  ['toggleWorst', 'ms', 32],
  ['scroll', 'fps', 55, true],
  ['frameP95', 'ms', 17],
  ['cpuPerFrame', 'ms', 16.7],
  ['treeHeap', 'MB', 60],
  ['totalHeap', 'MB', 200],
  ['keystrokeWorst', 'ms', 50],
  ['pattern', 'ms', 100],
  ['indexIntoTree', 'ms', 500],
  ['indexLongestTask', 'ms', 50],
  ['firstContentfulPaint', 'ms', 500],
  ['interactive', 'ms', 1500],
]
/** A display of 60 Hz counts its frames in whole hundredths. */
const tolerance = 1.01

/** The Workbench's tree over 100,000 rows in Chromium, and how fast the application's page opens. */
export const ui: Scenario = {
  name: 'ui',
  does: 'tree of 100,000 rows in Chromium: expand, toggle, scroll with 10,000 changes/s, memory, search; page load',
  async run(options, workplace): Promise<Outcome> {
    await build({
      root,
      configFile: false,
      logLevel: 'error',
      plugins: [react()],
      build: { outDir, emptyOutDir: true, rollupOptions: { input: resolve(root, 'ui-page.html') } },
    })
    const server = await serve()
    let browser: Browser | undefined
    try {
      browser = await chromium.launch({ executablePath: await findChromium(), args: flags })
      const seconds = options.seconds ?? defaultSeconds
      const tree = await measureTree(browser, server, seconds)
      workplace.say('ui: page load')
      const page = await measureLoad()
      const figures: Record<string, Figure> = {
        rows: { value: tree.rows, unit: '' },
        mount: { value: tree.mountMs, unit: 'ms' },
        expandAll: { value: tree.expandAllMs, unit: 'ms' },
        toggleMedian: { value: median(tree.toggleMs), unit: 'ms' },
        toggleWorst: { value: Math.max(...tree.toggleMs), unit: 'ms' },
        scroll: { value: tree.fps, unit: 'fps' },
        frameP95: { value: tree.frameP95Ms, unit: 'ms' },
        cpuPerFrame: { value: tree.cpuPerFrameMs, unit: 'ms' },
        valueChanges: { value: tree.changes / seconds, unit: '/s' },
        treeHeap: { value: tree.treeHeapMb, unit: 'MB' },
        totalHeap: { value: tree.totalHeapMb, unit: 'MB' },
        domNodes: { value: tree.domNodes, unit: '' },
        keystrokeMedian: { value: median(tree.keystrokeMs), unit: 'ms' },
        keystrokeWorst: { value: Math.max(...tree.keystrokeMs), unit: 'ms' },
        pattern: { value: tree.patternMs, unit: 'ms' },
        indexIntoTree: { value: tree.indexMs, unit: 'ms' },
        indexLongestTask: { value: tree.indexLongestMs, unit: 'ms' },
        firstContentfulPaint: { value: page.paintMs, unit: 'ms' },
        interactive: { value: page.interactiveMs, unit: 'ms' },
      }
      return {
        parameters: { rows: tree.rows, seconds, changesPerSecond: 10_000, browser: `Chromium ${browser.version()}` },
        figures,
        verdicts: goals.map((goal) => verdict(figures, ...goal)),
        faults: tree.rows < 100_000 ? [`only ${tree.rows} rows came into the tree`] : [],
      }
    } finally {
      await browser?.close()
      server.close()
    }
  },
}

function verdict(
  figures: Readonly<Record<string, Figure>>,
  name: string,
  unit: string,
  goal: number,
  atLeast = false,
): string {
  const value = figures[name]?.value ?? Number.NaN
  const isMet = atLeast ? value * tolerance >= goal : value <= goal * tolerance
  return `${isMet ? 'met' : 'MISSED'}: ${name} ${value.toFixed(1)} ${unit} ${atLeast ? '>=' : '<='} ${goal} ${unit}`
}

async function measureTree(browser: Browser, server: Server, seconds: number): Promise<UiFigures> {
  const page = await browser.newPage({ viewport: { width: 1366, height: 768 } })
  const failures: string[] = []
  page.on('pageerror', (error) => failures.push(error.message))
  const address = server.address()
  // Of the thread itself: what others do on the machine does not count.
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.exposeFunction('cpuMs', async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
  })
  await page.goto(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/ui-page.html`)
  await page.waitForFunction('window.measure')
  const figures = await page.evaluate((s) => window.measure(s), seconds)
  await page.close()
  if (failures.length > 0) throw new Error(`The page failed: ${failures.join('; ')}`)
  return figures
}

/** The application itself, opened a second time: its files are then in the file system's cache, as after a first start. */
async function measureLoad(): Promise<{ readonly paintMs: number; readonly interactiveMs: number }> {
  const host = await startHeadless()
  try {
    const { page } = host
    await page.getByRole('navigation').waitFor()
    await page.reload()
    await page.getByRole('navigation').getByRole('link').first().waitFor()
    const interactiveMs = await page.evaluate(() => performance.now())
    const paintMs = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    )
    return { paintMs, interactiveMs }
  } finally {
    await host.stop()
  }
}

/** With the policy of the product, so that what it forbids does not work here either. */
function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    void readUiFile(outDir, new URL(request.url ?? '/', 'http://x').pathname).then((file) => {
      response.setHeader('content-security-policy', contentSecurityPolicy)
      if (file.kind === 'refused') response.writeHead(file.status).end(file.text)
      else response.writeHead(200, { 'content-type': file.type }).end(file.body)
    })
  })
  return new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(server)))
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN
}
