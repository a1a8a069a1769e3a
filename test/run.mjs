// `npm test`: everything the README promises, on a machine that has only what `npm ci` installed. Finds or fetches a Chromium
// and a Mosquitto, saying what it does, builds, then runs Biome, tsc, vitest (all projects) and knip. The last line is
// `N passed, N failed`; the exit code is 0 only when nothing failed.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const report = join(root, '.tmp', 'vitest.json')
const oldestNode = [22, 13]
/** A download that hangs behind a proxy must not hang the tests. */
const fetchLimitMs = 300_000
const isRoot = process.getuid?.() === 0

const say = (text) => process.stdout.write(`${text}\n`)
let failed = 0
let passed = 0

if (isNodeTooOld()) {
  say(
    `The tests need Node.js ${oldestNode.join('.')} or newer and were started with ${process.versions.node}. ` +
      'Run "npm ci" and then "npm test": npm uses the Node.js that "npm ci" installed.',
  )
  finish(0, 1)
}
mkdirSync(join(root, '.tmp'), { recursive: true })

const environment = { ...process.env, CI: process.env.CI ?? 'true' }
const chromium = await provideChromium()
if (chromium) environment.TB_GW_CHROMIUM = chromium
const mosquitto = provideMosquitto()
if (mosquitto) environment.MOSQUITTO = mosquitto
if (!runs('openssl', ['version']) && !installWithApt('openssl'))
  say('openssl: none; tests with certificates of their own fail.')

// The launcher builds when something is missing or older than its sources; `schema` is the cheapest command behind it.
step('build', ['main/headless/launch.mjs', 'schema'], { quiet: true })
step('biome', [bin('@biomejs/biome', 'bin/biome'), 'ci'])
step('tsc', [bin('typescript', 'bin/tsc'), '-b'])
runVitest()
step('knip', [bin('knip', 'bin/knip.js')])
finish(passed, failed)

function finish(passedTests, failedTests) {
  say(`${passedTests} passed, ${failedTests} failed`)
  process.exit(failedTests === 0 && passedTests > 0 ? 0 : 1)
}

function isNodeTooOld() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1])
}

function bin(packageName, path) {
  return join(root, 'node_modules', packageName, path)
}

/** One program under this Node; a failure counts as one failed test. */
function step(name, args, { quiet = false } = {}) {
  say(`\n== ${name}`)
  const result = spawnSync(process.execPath, args, {
    cwd: root,
    env: environment,
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
  })
  if (result.status === 0) return
  failed++
  say(`${name} failed (${result.error?.message ?? `exit code ${result.status ?? result.signal}`}).`)
}

function runVitest() {
  say('\n== vitest')
  rmSync(report, { force: true })
  const args = [
    'run',
    '--config',
    'test/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
  const result = spawnSync(process.execPath, [bin('vitest', 'vitest.mjs'), ...args], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const counts = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : { numPassedTests: 0, numFailedTests: 0 }
  passed += counts.numPassedTests
  failed += counts.numFailedTests
  // A file that could not be loaded, an error outside of a test or a crash has no failed test to show for it.
  if (result.status !== 0 && counts.numFailedTests === 0) failed++
}

/** TB_GW_CHROMIUM, the system's, Playwright's; else Playwright's download, else Debian's package (as root). */
async function provideChromium() {
  const named = process.env.TB_GW_CHROMIUM
  if (named) return named
  const system = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(onPath)
  const found = [...system, await playwrightsChromium()].find((path) => path && starts(path))
  if (found) {
    say(`Chromium: ${found}`)
    return found
  }
  say('Chromium: none here, fetching the one Playwright uses …')
  spawnSync(process.execPath, [bin('playwright', 'cli.js'), 'install', 'chromium'], {
    stdio: 'inherit',
    timeout: fetchLimitMs,
  })
  const fetched = await playwrightsChromium()
  if (fetched && starts(fetched)) return fetched
  if (installWithApt('chromium')) return onPath('chromium')
  say('Chromium: none could be had. The end-to-end tests will fail; name one in TB_GW_CHROMIUM.')
  return undefined
}

async function playwrightsChromium() {
  const { chromium } = await import(pathToFileURL(bin('playwright', 'index.mjs')).href)
  const path = chromium.executablePath()
  return existsSync(path) ? path : undefined
}

/** A browser without its system libraries lies on disk as well, but does not start. */
function starts(path) {
  return runs(path, ['--version', '--no-sandbox'])
}

function provideMosquitto() {
  const named = process.env.MOSQUITTO
  if (named) return named
  const find = () => onPath('mosquitto')
  const found = find() ?? (installWithApt('mosquitto') ? find() : undefined)
  say(
    found
      ? `Mosquitto: ${found}`
      : 'Mosquitto: none here; the embedded broker (MQTT 3.1.1 only) serves the tests instead.',
  )
  return found
}

/** Full path of a program; /usr/sbin too, where Debian puts servers and a user's PATH does not look. */
function onPath(name) {
  const folders = [
    ...(process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':'),
    '/usr/sbin',
    '/usr/local/sbin',
  ]
  const file = process.platform === 'win32' ? `${name}.exe` : name
  return folders.map((folder) => join(folder, file)).find((path) => existsSync(path))
}

function runs(command, args) {
  return spawnSync(command, args, { stdio: 'ignore', timeout: 30_000 }).status === 0
}

/** True when Debian's package is there afterwards. Needs root; never asks. */
function installWithApt(name) {
  const apt = onPath('apt-get')
  if (!isRoot || !apt) return false
  say(`${name}: installing Debian's package …`)
  const run = (...args) =>
    spawnSync(apt, args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: fetchLimitMs,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0
  const install = () => run('install', '-y', '--no-install-recommends', name)
  return install() || (run('update') && install())
}
