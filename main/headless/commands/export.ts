import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { knownNamespaces } from '../../engine/collect/opcua/index-namespaces.ts'
import { type ExportResult, writeExport } from '../../engine/config/export/write-export.ts'
import { exportReport } from '../../engine/config/import/report-text.ts'
import { checkConfigText, readConfigText } from '../../engine/config/load.ts'
import { GatewayError } from '../../engine/kit/gateway-error.ts'
import { type Command, exitCodes, parseCommand, print, required, say, UsageError } from '../command.ts'

export const exportCommand: Command = {
  usage: 'export --data DIR --out DIR [--format tb] [--config PATH] [--report FILE]',
  about: `Writes what is configured as the files of a ThingsBoard gateway (3.8): tb_gateway.json and one file per source.
Every entry is exact, interpreted or not supported. Secrets are not written: the report says where to put them in.

  --data DIR    the data folder with the gateway.json
  --config PATH the gateway.json, when it is not in DIR
  --out DIR     where the files go; a file that is there already is not replaced
  --report FILE where the report goes; stdout when not given`,
  async run(args) {
    const option = { type: 'string' } as const
    const { values } = parseCommand(args, { data: option, out: option, format: option, config: option, report: option })
    const dataDir = resolve(required(values.data, '--data DIR'))
    const out = resolve(required(values.out, '--out DIR'))
    if (values.format !== undefined && values.format !== 'tb') {
      throw new UsageError(`--format "${values.format}" is not known; it is tb`)
    }
    const found = await stat(dataDir).catch(() => undefined)
    if (!found?.isDirectory()) throw new UsageError(`--data ${dataDir} is not a folder`)
    const result = await exported(dataDir, resolve(values.config ?? join(dataDir, 'gateway.json')))
    if (!result) return exitCodes.invalidConfiguration
    await writeFiles(out, result)
    const report = exportReport(result.entries, result.counts)
    if (values.report === undefined) print(report)
    else await writeFile(resolve(values.report), `${report}\n`)
    say(`${out}: ${result.files.map(({ name }) => name).join(', ')}. Secrets are not in them; put them in by hand.`)
    return exitCodes.fine
  },
}

/** Undefined when there is no configuration to write; it was said why. */
async function exported(dataDir: string, path: string): Promise<ExportResult | undefined> {
  const read = await readConfigText(path)
  if (read.kind !== 'read') {
    say(
      `${path}:(whole file): ${read.kind === 'missing' ? 'does not exist: nothing is configured there' : read.message}`,
    )
    return undefined
  }
  const checked = checkConfigText(read.text)
  if (checked.kind === 'invalid') {
    for (const problem of checked.problems) say(`${path}:${problem.path}: ${problem.message}`)
    return undefined
  }
  const namespaces = await knownNamespaces(join(dataDir, 'opcua-index'))
  return writeExport({ text: read.text, config: checked.config, namespaces })
}

/** All or nothing: half of an older export beside half of a newer one runs something nobody has configured. */
async function writeFiles(out: string, { files }: ExportResult): Promise<void> {
  try {
    await mkdir(out, { recursive: true })
    const there = new Set(await readdir(out))
    const taken = files.find(({ name }) => there.has(name))
    if (taken) throw new UsageError(`--out ${out} holds a ${taken.name} already; name an empty folder`)
    for (const { name, text } of files) await writeFile(join(out, name), text, { flag: 'wx' })
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new GatewayError('STORE_FAULT', `Writing to ${out} failed`, {
      hint: 'Choose a folder this user may write to.',
      cause: error,
    })
  }
}
