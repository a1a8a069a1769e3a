import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { GatewayConfig } from '../../shared/config/gateway.ts'
import { sortFile } from '../engine/config/import/file-kind.ts'
import { type ImportResult, readImport } from '../engine/config/import/read-import.ts'
import { readSource } from '../engine/config/import/source-text.ts'
import { parseJson } from '../engine/config/json.ts'
import { checkConfig } from '../engine/config/load.ts'
import { type ForeignFiles, foreignFiles } from './foreign-files.ts'

// A ThingsBoard gateway's configuration in one piece: read from its files, converted in memory, checked like our own.

/** One thing wrong: `file:path: message`. */
interface ForeignProblem {
  /** As somebody finds it: the path that was given, and the file in it. */
  readonly file: string
  readonly path: string
  readonly message: string
}

export interface ForeignConfig {
  /** Undefined when there is nothing in it that could run. */
  readonly config: GatewayConfig | undefined
  readonly problems: readonly ForeignProblem[]
  readonly result: ImportResult
  readonly unlisted: readonly string[]
  /** Where a file of the report lies. */
  readonly at: (file: string) => string
  /** Of the texts it was made from. */
  readonly digest: string
}

/** Never rejects for what is in the files. */
export async function readForeignConfig(path: string): Promise<ForeignConfig> {
  const there = await stat(path).catch(() => undefined)
  const isFolder = there?.isDirectory() === true
  const at = (file: string): string => (isFolder ? join(path, file) : join(dirname(path), file))
  const found = await foreignFiles(path)
  const result = readImport(found.files)
  const problems = fileProblems(found, result).map(({ file, ...rest }) => ({ file: at(file), ...rest }))
  const { proposal } = result
  const isEmpty = proposal.connectors.length === 0 && !proposal.thingsboard
  if (isEmpty)
    problems.push({ file: path, path: whole, message: there ? emptyMessage(found, isFolder) : 'does not exist' })
  const checked = checkConfig({ version: 1, ...proposal })
  if (checked.kind === 'invalid') problems.push(...checked.problems.map((problem) => ({ file: path, ...problem })))
  return {
    config: isEmpty || checked.kind === 'invalid' ? undefined : checked.config,
    problems,
    result,
    unlisted: found.unlisted,
    at,
    digest: digestOf(found),
  }
}

/**
 * Whether PATH is a ThingsBoard gateway's, or nothing of our own at least: a folder, YAML, or JSON that is one of its files. A
 * broken tb_gateway.json is one by its name.
 */
export async function isForeign(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (!found) return false
  if (found.isDirectory() || /\.ya?ml$/i.test(path) || /^tb[-_]gateway\./i.test(basename(path))) return true
  const [own] = (await foreignFiles(path)).files
  if (!own || parseJson(own.text).kind !== 'parsed') return false
  const { kind } = sortFile(own)
  return kind !== 'gateway.json' && kind !== 'unknown'
}

/** A folder with our own gateway.json in it means that file. */
export async function configPathOf(path: string): Promise<string> {
  const file = join(path, 'gateway.json')
  const own = await stat(file).catch(() => undefined)
  return own?.isFile() && !(await isForeign(file)) ? file : path
}

const whole = '(whole file)'

function fileProblems({ files, unreadable }: ForeignFiles, result: ImportResult): ForeignProblem[] {
  const unparsed = result.files.flatMap(({ name, kind, problem }) =>
    kind === 'unreadable' ? [{ file: name, path: whole, message: `can not be read: ${problem}` }] : [],
  )
  // Short text that is no YAML may still be an address somebody pasted; a file that calls itself YAML is broken.
  const broken = files.flatMap((file) => {
    const isText = result.files.some(({ name, kind }) => name === file.name && kind === 'text')
    const read = isText && /\.(json|ya?ml)$/i.test(file.name) ? readSource(file) : undefined
    return read?.ok === false
      ? [{ file: file.name, path: whole, message: `can not be read: line ${read.line}: ${read.message}` }]
      : []
  })
  return [...unreadable.map((one) => ({ ...one, path: whole })), ...unparsed, ...broken]
}

function emptyMessage({ files }: ForeignFiles, isFolder: boolean): string {
  if (files.length > 0) return 'holds nothing that this gateway can run'
  return isFolder ? 'holds no configuration of a ThingsBoard gateway' : 'is no configuration of a ThingsBoard gateway'
}

function digestOf({ files }: ForeignFiles): string {
  const digest = createHash('sha256')
  for (const { name, text } of files) digest.update(`${name.length} ${name} ${text.length} ${text}`)
  return digest.digest('hex')
}
