import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { type ImportEntry, importLimits } from '../../../shared/api/setup-requests.ts'
import { type ConfigProblem, gatewaySchema, toProblems } from '../../../shared/config/gateway.ts'
import { type ImportResult, readImport } from '../../engine/config/import/read-import.ts'
import type { ImportFile } from '../../engine/config/import/source-text.ts'
import { validateMapping } from '../../engine/map/validate.ts'
import { type Command, exitCodes, parseCommand, print, required, say } from '../command.ts'

/** A configuration is text of this kind; other files of a gateway's folder are its logs and data. */
const readable = /(\.(json|ya?ml|env)|compose[^/]*)$/i
const fileLimitBytes = 4_000_000
const foldersDeep = 3

export const importCommand: Command = {
  usage: 'import PATH [--out FILE] [--report FILE]',
  async run(args) {
    const { values, positionals } = parseCommand(args, { out: { type: 'string' }, report: { type: 'string' } }, 1)
    const path = resolve(required(positionals[0], 'PATH'))
    const files = await filesIn(path)
    if (files.length === 0) {
      say(`${path}: there is no configuration of a ThingsBoard gateway`)
      return exitCodes.invalidConfiguration
    }
    const result = readImport(files)
    const report = reportText(result)
    if (values.report === undefined) print(report)
    else await writeFile(resolve(values.report), `${report}\n`)
    const { config, problems } = configOf(result)
    for (const problem of problems) say(`${path}:${problem.path}: ${problem.message}`)
    const isEmpty = result.proposal.connectors.length === 0 && !result.proposal.thingsboard
    if (isEmpty) say(`${path}: nothing in it can be used`)
    if (isEmpty || problems.length > 0) return exitCodes.invalidConfiguration
    if (values.out !== undefined) {
      // It may hold a token in clear text, as the files it came from did.
      await writeFile(resolve(values.out), `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 })
      say(`${resolve(values.out)}: ${summaryOf(result)}`)
    }
    return exitCodes.fine
  },
}

/** The file itself, or those of a folder; empty when there is neither. */
async function filesIn(path: string): Promise<ImportFile[]> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) return [{ name: basename(path), text: await readFile(path, 'utf8') }]
  if (!found?.isDirectory()) return []
  const files: ImportFile[] = []
  const walk = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true })
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      const at = join(folder, entry.name)
      if (entry.isDirectory() && depth < foldersDeep && entry.name !== 'node_modules') await walk(at, depth + 1)
      if (!entry.isFile() || !readable.test(entry.name) || files.length >= importLimits.files) continue
      if ((await stat(at)).size > fileLimitBytes) continue
      files.push({ name: relative(path, at), text: await readFile(at, 'utf8') })
    }
  }
  await walk(path, 0)
  return files
}

function configOf({ proposal }: ImportResult): {
  readonly config: unknown
  readonly problems: readonly ConfigProblem[]
} {
  const config = { version: 1, ...proposal }
  const parsed = gatewaySchema.safeParse(config)
  return { config, problems: parsed.success ? validateMapping(parsed.data) : toProblems(parsed.error) }
}

function reportText(result: ImportResult): string {
  const unread = result.files.filter((file) => file.problem !== '').map((file) => `${file.name}: ${file.problem}`)
  const { exact, interpreted, unsupported } = result.counts
  return [
    ...result.entries.map(lineOf),
    ...unread,
    `${exact} exact, ${interpreted} interpreted, ${unsupported} not supported: ${summaryOf(result)}`,
  ].join('\n')
}

const stateWords = { exact: 'exact', interpreted: 'interpreted', unsupported: 'NOT SUPPORTED' } as const

function lineOf({ file, line, place, state, says, target, note }: ImportEntry): string {
  const became = [target, note].filter((text) => text !== '').join('. ')
  return `${file}:${line}: ${place}: ${stateWords[state]}: ${says}${became === '' ? '' : ` -> ${became}`}`
}

function summaryOf({ proposal, devices, keys, rules }: ImportResult): string {
  const { connectors, thingsboard } = proposal
  const address = thingsboard ? `ThingsBoard at ${thingsboard.host}:${thingsboard.port}` : 'no ThingsBoard'
  return `${connectors.length} sources, ${devices} devices, ${keys} keys, ${rules} rules, ${address}`
}
