import { causeText, type GatewayError, isGatewayError } from '../engine/kit/gateway-error.ts'
import { type Command, exitCodes, say, UsageError } from './command.ts'

// One file per command, loaded when it is asked for: `check` does not wait for the protocol libraries of `run`.
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['run', async () => (await import('./commands/run.ts')).runCommand],
  ['demo', async () => (await import('./commands/demo.ts')).demoCommand],
  ['check', async () => (await import('./commands/check.ts')).checkCommand],
  ['import', async () => (await import('./commands/import.ts')).importCommand],
  ['browse', async () => (await import('./commands/browse.ts')).browseCommand],
  ['status', async () => (await import('./commands/status.ts')).statusCommand],
  ['selfcheck', async () => (await import('./commands/selfcheck.ts')).selfcheckCommand],
  ['schema', async () => (await import('./commands/schema.ts')).schemaCommand],
])

const overview = `Usage: tb-gateway <command>

  run --data DIR [--config PATH] [--ui HOST:PORT|off]   collect and deliver, without a window
  demo [--seconds N] [--json]                           a plant to play with; nothing leaves this PC
  check PATH                                            say what is wrong with a gateway.json
  import PATH [--out FILE] [--report FILE]              convert the files of a ThingsBoard gateway
  browse URL [--max N] [--json]                         walk the address space of an OPC UA server
  status --data DIR [--json]                            counts, queue and connections
  selfcheck --data DIR [--json]                         verify what a stopped gateway has stored
  schema                                                print the JSON Schema of gateway.json`

/** Runs one command and resolves with the exit code of the process. Never rejects. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv
  const load = commands.get(name ?? '')
  if (!load) {
    if (name !== undefined) say(`tb-gateway: "${name}" is not a command.\n`)
    say(overview)
    return exitCodes.usage
  }
  const command = await load()
  try {
    return await command.run(args)
  } catch (error) {
    if (error instanceof UsageError) {
      say(`tb-gateway ${name}: ${error.message}.\nUsage: tb-gateway ${command.usage}`)
      return exitCodes.usage
    }
    if (isGatewayError(error)) {
      say(`tb-gateway: ${causeText(error)}.${error.hint ? ` ${error.hint}` : ''}`)
      return exitCodeOf(error)
    }
    say(`tb-gateway: a bug: ${error instanceof Error ? error.stack : String(error)}`)
    return exitCodes.bug
  }
}

function exitCodeOf({ code }: GatewayError): number {
  if (code === 'STORE_LOCKED') return exitCodes.secondInstance
  if (code.startsWith('STORE_') || code === 'BUSY' || code === 'TIMEOUT') return exitCodes.tryAgain
  return code.startsWith('CONFIG_') ? exitCodes.invalidConfiguration : exitCodes.bug
}
