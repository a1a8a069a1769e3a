// What `npm start` and `npm run tb-gateway` run: plain JavaScript without dependencies, so that it works, and can say what is
// wrong, on any Node. Builds what is missing or older than its sources, then hands over: `start` to Electron where there is a
// binary and a display, everything else to the bundle out/main/tb-gateway.js in this process.

import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

// import.meta.dirname does not exist on the oldest Nodes this file has to talk to.
const root = fileURLToPath(new URL('../..', import.meta.url))
const bundle = join(root, 'out', 'main', 'tb-gateway.js')
/** Holds the time at which the last complete build began: an edit during a build counts as newer. */
const stamp = join(root, '.tmp', 'built-at')
const lock = join(root, '.tmp', 'build.lock')
const lockPollMs = 200
/** A plant's line may be slow; a closed network answers at once. */
const fetchTimeoutMs = 600_000
const oldestNode = [22, 13]
const orphanPollMs = 500
const exitBug = 70
const exitUsage = 64
const startUsage = 'Usage: npm start -- [--demo] [--data DIR] [--hidden]'

const say = (text) => process.stderr.write(`${text}\n`)

checkNode()
endWithNpm()
const [command, ...args] = process.argv.slice(2)
if (command === 'start' && args.some((argument) => argument === '--help' || argument === '-h')) explainStart()
await build()
if (command === 'start') await start(args)
else await handOver([...(command === undefined ? [] : [command]), ...args])

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  say(
    `This needs Node.js ${oldestNode.join('.')} or newer; this is ${process.versions.node}. ` +
      'Run "npm ci" and start it with npm, which then uses the Node.js that came with it.',
  )
  process.exit(exitBug)
}

/** npm dies of a SIGTERM without passing it on: that it is gone is the only sign, and means the same. Windows ends the tree. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, orphanPollMs)
  timer.unref()
}

/** The window where there can be one, otherwise the same UI in a browser. */
async function start(startArguments) {
  const options = parseStart(startArguments)
  const electron = findElectron() ?? (hasDisplay() ? fetchElectron() : undefined)
  const missing = electron === undefined ? 'no Electron binary' : hasDisplay() ? undefined : 'no display'
  if (electron !== undefined && missing === undefined) return openWindow(electron, startArguments)
  say(`There is ${missing} here, so the gateway runs without a window; its UI opens in a browser at the address below.`)
  if (options.demo) return handOver(['demo'])
  await handOver(['run', '--data', options.data ?? defaultDataFolder()])
}

function explainStart() {
  process.stdout.write(
    `${startUsage}\n\nOpens the application; where there is no display it runs without a window and prints the address of its UI.\n` +
      'For everything else: npm run -s tb-gateway -- --help\n',
  )
  process.exit(0)
}

function parseStart(startArguments) {
  const options = { demo: false, data: undefined }
  for (let at = 0; at < startArguments.length; at++) {
    const argument = startArguments[at]
    const data = /^--data=(.+)$/.exec(argument)?.[1] ?? (argument === '--data' ? startArguments[++at] : undefined)
    if (argument === '--demo') options.demo = true
    else if (data !== undefined) options.data = data
    else if (argument !== '--hidden') {
      say(`npm start: "${argument}" is not known.\n${startUsage}`)
      process.exit(exitUsage)
    }
  }
  return options
}

/** Looks only: asking the electron package for its path would start a download. */
function findElectron() {
  const dist = join(root, 'node_modules', 'electron', 'dist')
  const names = { win32: 'electron.exe', darwin: join('Electron.app', 'Contents', 'MacOS', 'Electron') }
  const candidates = [process.env.ELECTRON_EXEC_PATH, join(dist, names[process.platform] ?? 'electron')]
  return candidates.find((path) => path && existsSync(path))
}

/** The electron package brings no binary: it is fetched once, when there is a display to use it on. */
function fetchElectron() {
  const install = join(root, 'node_modules', 'electron', 'install.js')
  if (!existsSync(install) || process.env.ELECTRON_SKIP_BINARY_DOWNLOAD) return undefined
  say('Fetching the Electron binary (once, about 110 MB) …')
  const fetched = spawnSync(process.execPath, [install], { stdio: 'ignore', timeout: fetchTimeoutMs })
  if (fetched.status !== 0) say('It could not be fetched from here.')
  return findElectron()
}

function hasDisplay() {
  if (process.platform === 'win32' || process.platform === 'darwin') return true
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

function openWindow(electron, startArguments) {
  // Chromium refuses to run as root with its sandbox.
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const child = spawn(electron, [root, ...sandbox, ...startArguments], { stdio: 'inherit' })
  // Ctrl-C reaches the window too, which drains; we wait for it.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.once('error', (error) => {
    say(`Electron could not be started (${error.message}).`)
    process.exitCode = exitBug
  })
  child.once('exit', (code) => {
    process.exitCode = code ?? exitBug
  })
}

/** The bundle reads its arguments from the command line, as if it had been started directly. */
async function handOver(bundleArguments) {
  process.argv = [process.execPath, bundle, ...bundleArguments]
  await import(pathToFileURL(bundle).href)
}

/** Where the desktop application keeps its data too (Electron's userData). */
function defaultDataFolder() {
  const name = 'ThingsBoardGateway'
  if (process.env.TB_GW_DATA) return process.env.TB_GW_DATA
  if (process.platform === 'win32') return join(process.env.APPDATA || join(homedir(), 'AppData', 'Roaming'), name)
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name)
  return join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), name)
}

async function build() {
  if (isFresh()) return
  await takeLock()
  // Another process may have built while we waited.
  const problem = isFresh() ? undefined : runBuild()
  rmSync(lock, { force: true })
  if (problem === undefined) return
  say(problem)
  process.exit(exitBug)
}

/** Undefined when there is something to run, else what went wrong. */
function runBuild() {
  const electronVite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  if (!existsSync(electronVite)) {
    return existsSync(bundle)
      ? undefined
      : 'Nothing is built and the build tools are not installed. Run "npm ci" first.'
  }
  say('Building the application (some seconds, only after a change) …')
  const began = Date.now()
  const built = spawnSync(process.execPath, [electronVite, 'build'], { cwd: root, encoding: 'utf8' })
  if (built.status !== 0)
    return `The build failed.\n${built.stdout ?? ''}${built.stderr ?? ''}${built.error?.message ?? ''}`
  writeFileSync(stamp, String(began))
  return undefined
}

function isFresh() {
  const outputs = [stamp, bundle, join(root, 'out', 'preload'), join(root, 'out', 'renderer', 'index.html')]
  if (!outputs.every((path) => existsSync(path))) return false
  const builtAt = Number(readFileSync(stamp, 'utf8'))
  const files = [
    'electron.vite.config.ts',
    'package.json',
    'package-lock.json',
    'main',
    'preload',
    'renderer',
    'shared',
  ]
  return files.every((file) => newest(join(root, file)) <= builtAt)
}

/** Latest change below `path`; a folder's own time tells of removed files. */
function newest(path) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return 0
  if (!found.isDirectory()) return found.mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), found.mtimeMs)
}

/** Two builds at one time would mix their files. The lock names its process; one whose process is gone counts for nothing. */
async function takeLock() {
  mkdirSync(join(root, '.tmp'), { recursive: true })
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isAlive(Number(readFileIfThere(lock)))) await new Promise((again) => setTimeout(again, lockPollMs))
    else rmSync(lock, { force: true })
  }
}

function isAlive(pid) {
  if (!pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function readFileIfThere(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
