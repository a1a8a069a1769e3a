import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import type { ConfigProblem, GatewayConfig } from '../../../shared/config/gateway.ts'
import { checkFiles } from '../../engine/config/check-files.ts'
import { checkConfigText, readConfigText } from '../../engine/config/load.ts'
import { type Command, exitCodes, parseCommand, print, required } from '../command.ts'

export const checkCommand: Command = {
  usage: 'check PATH',
  async run(args) {
    const { positionals } = parseCommand(args, {}, 1)
    const path = required(positionals[0], 'PATH')
    const checked = await checkConfigFile(path)
    if (checked.config) {
      print(`${path}: valid, ${summary(checked.config)}`)
      return exitCodes.fine
    }
    for (const problem of checked.problems) print(`${path}:${problem.path}: ${problem.message}`)
    return exitCodes.invalidConfiguration
  },
}

/** The configuration in `path`, or what is wrong with it. */
export async function checkConfigFile(
  path: string,
): Promise<{ readonly config?: GatewayConfig; readonly problems: readonly ConfigProblem[] }> {
  const foreign = await foreignKind(path)
  if (foreign) return { problems: [{ path: '(whole file)', message: foreign }] }
  const read = await readConfigText(path)
  if (read.kind === 'missing') return { problems: [{ path: '(whole file)', message: 'does not exist' }] }
  if (read.kind === 'unreadable') return { problems: [{ path: '(whole file)', message: read.message }] }
  const checked = checkConfigText(read.text)
  if (checked.kind === 'invalid') return checked
  const problems = await checkFiles(checked.config)
  return problems.length > 0 ? { problems } : { config: checked.config, problems }
}

/** What is clearly not a gateway.json gets a better answer than a JSON error. */
async function foreignKind(path: string): Promise<string | undefined> {
  const notYet = 'this version reads only a gateway.json'
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) return `is a folder; ${notYet}`
  if (['.yaml', '.yml'].includes(extname(path).toLowerCase())) return `is YAML (a ThingsBoard gateway's?); ${notYet}`
  return undefined
}

function summary({ connectors, thingsboard }: GatewayConfig): string {
  const sources = `${connectors.length} ${connectors.length === 1 ? 'source' : 'sources'}`
  return `${sources}, ThingsBoard ${thingsboard ? `at ${thingsboard.host}:${thingsboard.port}` : 'not configured'}`
}
