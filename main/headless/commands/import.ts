import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { countsText, entryLines, importSummary, unlistedText } from '../../engine/config/import/report-text.ts'
import { type Command, exitCodes, parseCommand, print, required, say, UsageError } from '../command.ts'
import { type ForeignConfig, readForeignConfig } from '../foreign-config.ts'

export const importCommand: Command = {
  usage: 'import PATH [--out FILE] [--report FILE]',
  about: `Converts the files of a ThingsBoard gateway of any generation (Java or Python), a compose file or an address with its token.
Every entry is exact, interpreted or not supported.

  --out FILE    the gateway.json to write
  --report FILE where the report goes; stdout when not given`,
  async run(args) {
    const { values, positionals } = parseCommand(args, { out: { type: 'string' }, report: { type: 'string' } }, 1)
    const path = resolve(required(positionals[0], 'PATH'))
    const out = values.out === undefined ? undefined : resolve(values.out)
    if (out === path) throw new UsageError('--out names the file that is converted; name another one')
    const foreign = await readForeignConfig(path)
    const { result, problems, config } = foreign
    if (result.files.length > 0) {
      const report = reportText(foreign)
      if (values.report === undefined) print(report)
      else await writeFile(resolve(values.report), `${report}\n`)
    }
    for (const problem of problems) say(`${problem.file}:${problem.path}: ${problem.message}`)
    if (!config || problems.length > 0) return exitCodes.invalidConfiguration
    if (out !== undefined) {
      // It may hold a token in clear text, as the files it came from did.
      const text = JSON.stringify({ version: 1, ...result.proposal }, undefined, 2)
      await writeFile(out, `${text}\n`, { mode: 0o600 })
      say(`${out}: ${importSummary(result)}`)
    }
    return exitCodes.fine
  },
}

function reportText({ result, unlisted }: ForeignConfig): string {
  const unread = result.files.filter((file) => file.problem !== '').map((file) => `${file.name}: ${file.problem}`)
  return [
    ...entryLines(result.entries, result.counts),
    ...unread,
    ...unlisted.map(unlistedText),
    `${countsText(result.counts)}: ${importSummary(result)}`,
  ].join('\n')
}
