import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Debian 13 has open62541 1.4, Debian 12 has none: its packages run there as well (glibc 2.34 is enough). */
const suite = 'trixie'
const packages = ['libopen62541-1.4', 'libopen62541-1.4-dev', 'libmbedcrypto16', 'libmbedx509-7']
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
const sourceFile = resolve(import.meta.dirname, 'opcua-load.c')
const cacheDir = resolve(import.meta.dirname, '../../../.tmp/load')
const aptTimeoutMs = 120_000
const compileTimeoutMs = 60_000

export interface LoadServer {
  readonly path: string
  /** Of open62541. */
  readonly version: string
}

/**
 * The C load server, compiled on first use into `.tmp/load`, or undefined (and `say` is told why) where it can not be had.
 * The library comes from the machine's own Debian mirror with apt's signature check, unpacked beside the binary: nothing
 * is installed, no package list of the machine is touched.
 */
export async function ensureLoadServer(say: (line: string) => void = () => {}): Promise<LoadServer | undefined> {
  try {
    const source = await readFile(sourceFile)
    const binary = join(cacheDir, `opcua-load-${createHash('sha256').update(source).digest('hex').slice(0, 12)}`)
    const root = await ensureLibrary(say)
    if (!existsSync(binary)) await compile(root, binary)
    return { path: binary, version: await versionIn(root) }
  } catch (error) {
    say(`The C load server can not be had here: ${error instanceof Error ? firstLine(error) : String(error)}`)
    return undefined
  }
}

/** Folder that has usr/include/open62541: `/` when it is installed, else our unpacked copy. */
async function ensureLibrary(say: (line: string) => void): Promise<string> {
  if (existsSync('/usr/include/open62541/server.h')) return '/'
  const unpacked = join(cacheDir, 'open62541')
  if (existsSync(unpacked)) return unpacked
  say('Getting open62541 from the Debian mirror (once, about 20 MB of package lists) …')
  const work = join(cacheDir, `get-${process.pid}`)
  try {
    const files = await download(work)
    const target = join(work, 'root')
    for (const file of files) await run('dpkg', ['-x', file, target], { timeout: aptTimeoutMs })
    await rename(target, unpacked)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return unpacked
}

async function download(work: string): Promise<string[]> {
  const mirror = await debianMirror()
  await Promise.all(['lists/partial', 'sources', 'files'].map((d) => mkdir(join(work, d), { recursive: true })))
  const signedBy = existsSync(keyring) ? `Signed-By: ${keyring}\n` : ''
  const source = `Types: deb\nURIs: ${mirror}\nSuites: ${suite}\nComponents: main\n${signedBy}`
  await writeFile(join(work, 'sources/open62541.sources'), source)
  const options = [
    'Dir::Etc::SourceList=/dev/null',
    `Dir::Etc::SourceParts=${join(work, 'sources')}`,
    `Dir::State::lists=${join(work, 'lists')}`,
    'Dir::Cache::pkgcache=',
    'Dir::Cache::srcpkgcache=',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option])
  await run('apt-get', [...options, 'update'], { timeout: aptTimeoutMs })
  const cwd = join(work, 'files')
  await run('apt-get', [...options, 'download', ...packages], { cwd, timeout: aptTimeoutMs })
  return (await readdir(cwd)).map((name) => join(cwd, name))
}

/** The mirror this machine uses for Debian itself. */
async function debianMirror(): Promise<string> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(REPO_URI) $(COMPONENT)', 'Origin: Debian'])
  const uri = stdout
    .split('\n')
    .map((line) => line.split(' '))
    .find(([address, component]) => component === 'main' && !address?.includes('security'))?.[0]
  if (!uri) throw new Error('apt knows no Debian mirror (run apt-get update once)')
  return uri
}

async function compile(root: string, binary: string): Promise<void> {
  const found = root === '/' ? [] : [join(root, 'usr/lib')]
  const libraries = found.flatMap((lib) => [lib, join(lib, `${machineOf()}-linux-gnu`)])
  // Old-style DT_RPATH: it also counts for the libraries that open62541 itself needs.
  const flags = ['-Wl,--disable-new-dtags', ...libraries.flatMap((lib) => [`-L${lib}`, `-Wl,-rpath,${lib}`])]
  const include = root === '/' ? [] : ['-isystem', join(root, 'usr/include')]
  const fresh = `${binary}.${process.pid}`
  const all = ['-O2', '-Wall', '-Wextra', '-Werror', ...include, ...flags, sourceFile, '-o', fresh, '-lopen62541']
  await run('gcc', all, { timeout: compileTimeoutMs })
  await rename(fresh, binary)
}

const machineOf = (): string => (process.arch === 'arm64' ? 'aarch64' : 'x86_64')

async function versionIn(root: string): Promise<string> {
  const text = await readFile(join(root, 'usr/include/open62541/config.h'), 'utf8')
  return /#define UA_OPEN62541_VERSION "v?([\d.]+)/.exec(text)?.[1] ?? 'unknown'
}

/** execFile puts the whole output into the message; its last line says what went wrong. */
function firstLine(error: Error): string {
  const lines = error.message.trim().split('\n')
  return lines.find((line) => /^E:|error:/.test(line)) ?? lines[0] ?? ''
}
