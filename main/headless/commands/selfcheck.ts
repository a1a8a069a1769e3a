import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isGatewayError } from '../../engine/kit/gateway-error.ts'
import { type SelfcheckReport, selfcheck } from '../../engine/store/selfcheck.ts'
import { type Command, exitCodes, parseCommand, print, required, say, UsageError } from '../command.ts'

export const selfcheckCommand: Command = {
  usage: 'selfcheck --data DIR [--json]',
  about:
    'Verifies what a stopped gateway has stored: conservation, checksums, settings. Exits 75 when something is wrong.',
  async run(args) {
    const { values } = parseCommand(args, { data: { type: 'string' }, json: { type: 'boolean' } })
    const dataDir = resolve(required(values.data, '--data DIR'))
    const found = await stat(dataDir).catch(() => undefined)
    if (!found?.isDirectory()) throw new UsageError(`--data ${dataDir} is not a folder`)
    const report = check(dataDir)
    if (!report) {
      if (values.json) print(JSON.stringify({ running: true, ok: false }))
      say(
        'tb-gateway selfcheck: a gateway uses this data folder. Stop it first; `status` shows its counts while it runs.',
      )
      return exitCodes.tryAgain
    }
    print(values.json ? JSON.stringify({ running: false, ...report }, undefined, 2) : describe(report))
    if (report.ok) return exitCodes.fine
    say(
      'tb-gateway selfcheck: something is wrong with the stored data. The gateway puts it right at its next start, as far as it can.',
    )
    return exitCodes.tryAgain
  },
}

/** Undefined while a gateway runs there. */
function check(dataDir: string): SelfcheckReport | undefined {
  try {
    return selfcheck(dataDir)
  } catch (error) {
    if (isGatewayError(error, 'STORE_LOCKED')) return undefined
    throw error
  }
}

function describe({ ok, chunks, values, bytes, asides, results }: SelfcheckReport): string {
  return [
    ...results.map((r) => `${r.ok ? 'ok    ' : 'FAILED'} ${r.where}: ${r.check}: ${r.detail}`),
    ...asides.map((place) => `note   quarantine/${place}: a damaged file was put aside`),
    `${ok ? 'All is well' : 'Not well'}: ${values} values in ${chunks} chunks, ${bytes} bytes.`,
  ].join('\n')
}
