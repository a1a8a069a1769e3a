import type { ConfigProblem, GatewayConfig } from '../../../shared/config/gateway.ts'
import { checkFiles } from '../../engine/config/check-files.ts'
import { countsText, missingText, unlistedText } from '../../engine/config/import/report-text.ts'
import { checkConfigText, readConfigText } from '../../engine/config/load.ts'
import { type Command, exitCodes, parseCommand, print, required } from '../command.ts'
import { configPathOf, isForeign, readForeignConfig } from '../foreign-config.ts'

export const checkCommand: Command = {
  usage: 'check PATH',
  about: `Says what is wrong with a gateway.json, a tb_gateway.json or .yaml, one connector file, or the folder of a ThingsBoard
gateway: a line file:path: message each, and exit code 2. What a ThingsBoard gateway has and this one does not is said, but
is an error only when nothing is left to run.`,
  async run(args) {
    const { positionals } = parseCommand(args, {}, 1)
    const path = await configPathOf(required(positionals[0], 'PATH'))
    return (await isForeign(path)) ? checkForeign(path) : checkOwn(path)
  },
}

async function checkOwn(path: string): Promise<number> {
  const { config, problems } = await checkConfigFile(path)
  for (const problem of problems) print(`${path}:${problem.path}: ${problem.message}`)
  if (!config) return exitCodes.invalidConfiguration
  print(`${path}: valid, ${summary(config)}`)
  return exitCodes.fine
}

/** The configuration in our own `path`, or what is wrong with it. */
export async function checkConfigFile(
  path: string,
): Promise<{ readonly config?: GatewayConfig; readonly problems: readonly ConfigProblem[] }> {
  const read = await readConfigText(path)
  if (read.kind === 'missing') return { problems: [{ path: '(whole file)', message: 'does not exist' }] }
  if (read.kind === 'unreadable') return { problems: [{ path: '(whole file)', message: read.message }] }
  const checked = checkConfigText(read.text)
  if (checked.kind === 'invalid') return checked
  const problems = await checkFiles(checked.config)
  return problems.length > 0 ? { problems } : { config: checked.config, problems }
}

/** What is not supported does not make it invalid: the rest runs, as it does with `run`. */
async function checkForeign(path: string): Promise<number> {
  const { config, problems, result, unlisted, at } = await readForeignConfig(path)
  const files = config ? await checkFiles(config) : []
  for (const problem of problems) print(`${problem.file}:${problem.path}: ${problem.message}`)
  for (const problem of files) print(`${path}:${problem.path}: ${problem.message}`)
  for (const entry of result.entries)
    if (entry.state === 'unsupported') print(`${at(entry.file)}:${missingText(entry)}`)
  for (const file of unlisted) print(unlistedText(at(file)))
  if (!config || problems.length + files.length > 0) return exitCodes.invalidConfiguration
  print(`${path}: valid, ${summary(config)}; ${countsText(result.counts)}`)
  return exitCodes.fine
}

function summary({ connectors, thingsboard }: GatewayConfig): string {
  const sources = `${connectors.length} ${connectors.length === 1 ? 'source' : 'sources'}`
  return `${sources}, ThingsBoard ${thingsboard ? `at ${thingsboard.host}:${thingsboard.port}` : 'not configured'}`
}
