import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, posix, relative, resolve, sep } from 'node:path'
import { importLimits } from '../../shared/api/setup-requests.ts'
import { namedFiles, type SortedFile, sortFile } from '../engine/config/import/file-kind.ts'
import type { ImportFile } from '../engine/config/import/source-text.ts'

// The files of a ThingsBoard gateway as they lie on the disk: only read, never written. Its own file (tb_gateway.json, .yaml,
// tb-gateway.yml) names those that run; samples and backups beside it do not.

/** A configuration is text of this kind; other files of a gateway's folder are its logs and data. */
const readable = /(\.(json|ya?ml|env)|compose[^/]*)$/i
const general = new Set<string>(['tb_gateway', 'tb-gateway (Java)'])
/** Where the address may be too, whatever else there is. */
const environments = new Set<string>(['docker-compose', 'text'])
const ownName = /^tb[-_]gateway\.[a-z]+$/i
const connectors = /^(OPC UA|MQTT) connector/
const fileLimitBytes = importLimits.textBytes
/** A folder with more is not a gateway's. */
const folderLimitBytes = 64_000_000
const entriesLimit = 5000
const foldersDeep = 3

export interface ForeignFiles {
  readonly files: readonly ImportFile[]
  /** Connector files beside them that the gateway's own file does not name: they did not run. */
  readonly unlisted: readonly string[]
  /** What is there and can not be read, by file. */
  readonly unreadable: readonly { readonly file: string; readonly message: string }[]
}

/** Names are relative to a folder, or to the folder of a file. Empty when there is nothing. */
export async function foreignFiles(path: string): Promise<ForeignFiles> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) return withNamed(path)
  const reading = new Reading(path)
  for (const name of found?.isDirectory() ? await namesIn(path) : []) await reading.add(name)
  const sorted = reading.files.map((file) => sortFile(file))
  const main = mainOf(sorted)
  if (!main) return { files: reading.files, unlisted: [], unreadable: reading.unreadable }
  const named = namedBeside(main)
  const runs = ({ file, kind }: SortedFile): boolean =>
    file === main.file ||
    // A broken one must not make an older one beside it run instead: it is read, and refused.
    (kind === 'unreadable' && ownName.test(file.name)) ||
    named.has(file.name) ||
    (environments.has(kind) && depthOf(file.name) <= depthOf(main.file.name))
  // The rest first, then in the order of the list.
  const order = [...named]
  const others = sorted.filter((file) => !runs(file))
  return {
    files: sorted
      .filter(runs)
      .map(({ file }) => file)
      .toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
    unlisted: others.filter(({ kind }) => connectors.test(kind)).map(({ file }) => file.name),
    unreadable: reading.unreadable.filter(({ file }) => named.has(file)),
  }
}

/** Changes when one of the files does, without reading them. */
export async function signatureOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  if (!found) return ''
  const folder = found.isDirectory() ? path : dirname(path)
  const stamps = (await namesIn(folder)).map(async (name) => {
    const file = await stat(join(folder, name)).catch(() => undefined)
    return `${name} ${file?.size} ${file?.mtimeMs}`
  })
  return (await Promise.all(stamps)).join('\n')
}

/** A gateway's own file, with those it names from its folder. */
async function withNamed(path: string): Promise<ForeignFiles> {
  const reading = new Reading(dirname(path))
  await reading.add(basename(path))
  const [own] = reading.files
  if (own) for (const name of namedBeside(sortFile(own))) await reading.add(name)
  return { files: reading.files, unlisted: [], unreadable: reading.unreadable }
}

class Reading {
  readonly files: ImportFile[] = []
  readonly unreadable: { file: string; message: string }[] = []
  readonly #folder: string
  #bytes = 0

  constructor(folder: string) {
    this.#folder = folder
  }

  /** A file that is not there is none: whoever names it says so. */
  async add(name: string): Promise<void> {
    if (this.files.length >= importLimits.files) return
    const at = join(this.#folder, name)
    try {
      const { size } = await stat(at)
      this.#bytes += size
      if (size > fileLimitBytes || this.#bytes > folderLimitBytes) {
        this.unreadable.push({ file: name, message: `has ${size} bytes, too much for a configuration` })
      } else this.files.push({ name, text: await readFile(at, 'utf8') })
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT')
        this.unreadable.push({ file: name, message: `can not be read (${code}); check its permissions` })
    }
  }
}

/** Sorted, so that the report is the same every time. */
async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = []
  let looked = 0
  const walk = async (at: string, depth: number): Promise<void> => {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => [])
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (++looked > entriesLimit) return
      const path = join(at, entry.name)
      // Folders with a dot hold no configuration; `..data` is how Kubernetes swaps mounted files.
      const isFolder = entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')
      if (isFolder && depth < foldersDeep) await walk(path, depth + 1)
      else if (readable.test(entry.name) && (entry.isFile() || (await isLinkedFile(path, entry.isSymbolicLink())))) {
        names.push(relative(folder, path).split(sep).join('/'))
      }
    }
  }
  await walk(folder, 0)
  return names
}

async function isLinkedFile(path: string, isLink: boolean): Promise<boolean> {
  return isLink && (await stat(path).catch(() => undefined))?.isFile() === true
}

/** The one highest up: below it are backups. The Python gateway converts its .yaml once and then reads the .json. */
function mainOf(sorted: readonly SortedFile[]): SortedFile | undefined {
  const rank = ({ kind, file }: SortedFile): number =>
    depthOf(file.name) * 4 + (kind === 'tb_gateway' ? 0 : 2) + (file.name.endsWith('.json') ? 0 : 1)
  return sorted.filter(({ kind }) => general.has(kind)).toSorted((a, b) => rank(a) - rank(b))[0]
}

/** As names of this folder; what would lead out of it is not followed. */
function namedBeside(main: SortedFile): Set<string> {
  const folder = posix.dirname(main.file.name)
  const names = (namedFiles(main) ?? []).map((name) => posix.join(folder, name.replaceAll('\\', '/')))
  return new Set(names.filter((name) => !name.startsWith('..') && resolve('/', name) !== '/'))
}

const depthOf = (name: string): number => name.split('/').length
