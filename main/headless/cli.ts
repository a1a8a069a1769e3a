import { causeText, type GatewayError, isGatewayError } from '../engine/kit/gateway-error.ts'
import { type Command, exitCodes, print, say, UsageError } from './command.ts'
import { productVersion } from './product.ts'

// One file per command, loaded when it is asked for: `check` does not wait for the protocol libraries of `run`.
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map([
  ['run', async () => (await import('./commands/run.ts')).runCommand],
  ['demo', async () => (await import('./commands/demo.ts')).demoCommand],
  ['check', async () => (await import('./commands/check.ts')).checkCommand],
  ['import', async () => (await import('./commands/import.ts')).importCommand],
  ['export', async () => (await import('./commands/export.ts')).exportCommand],
  ['browse', async () => (await import('./commands/browse.ts')).browseCommand],
  ['status', async () => (await import('./commands/status.ts')).statusCommand],
  ['selfcheck', async () => (await import('./commands/selfcheck.ts')).selfcheckCommand],
  ['schema', async () => (await import('./commands/schema.ts')).schemaCommand],
])

const overview = `Usage: tb-gateway <command>

  run --data DIR [--config PATH] [--ui HOST:PORT|off]   collect and deliver, without a window
  demo [--seconds N] [--json]                           a plant to play with; nothing leaves this PC
  check PATH                                            say what is wrong with a configuration
  import PATH [--out FILE] [--report FILE]              convert the files of a ThingsBoard gateway
  export --data DIR --out DIR [--format tb] [--report FILE]   write them, from what is configured here
  browse URL [--max N] [--json]                         walk the address space of an OPC UA server
  status --data DIR [--json]                            counts, queue and connections
  selfcheck --data DIR [--json]                         verify what a stopped gateway has stored
  schema                                                print the JSON Schema of gateway.json

  <command> --help     what one command does
  --help, --version    this text; the version

PATH is a gateway.json, a tb_gateway.json or .yaml, or the folder of a ThingsBoard gateway.
Exit codes: 0 fine, 2 invalid configuration, 3 another instance holds the data folder, 64 usage, 70 bug, 75 try again.`

/** Runs one command and resolves with the exit code of the process. Never rejects. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const [name, ...args] = argv
  if (name === '--help' || name === '-h' || name === 'help') return help(args)
  if (name === '--version') return version(args)
  const load = commands.get(name ?? '')
  if (!load) {
    if (name !== undefined) say(`tb-gateway: "${name}" is not a command.\n`)
    say(overview)
    return exitCodes.usage
  }
  const command = await load()
  if (asksForHelp(args)) return explain(command)
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

/** `help`, or `help COMMAND`. */
async function help([name, ...more]: readonly string[]): Promise<number> {
  const load = name === undefined ? undefined : commands.get(name)
  if (load && more.length === 0) return explain(await load())
  if (name !== undefined) {
    say(`tb-gateway: "${more[0] ?? name}" is ${load ? 'one argument too many' : 'not a command'}.\n\n${overview}`)
    return exitCodes.usage
  }
  print(overview)
  return exitCodes.fine
}

function version(more: readonly string[]): number {
  if (more.length > 0) {
    say(`tb-gateway: "${more[0]}" is one argument too many.\nUsage: tb-gateway --version`)
    return exitCodes.usage
  }
  print(`tb-gateway ${productVersion()}`)
  return exitCodes.fine
}

function explain({ usage, about }: Command): number {
  print(`Usage: tb-gateway ${usage}\n\n${about}`)
  return exitCodes.fine
}

/** Not what stands after `--`, where everything is a name. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end < 0 ? args.length : end).some((arg) => arg === '--help' || arg === '-h')
}

function exitCodeOf({ code }: GatewayError): number {
  if (code === 'STORE_LOCKED') return exitCodes.secondInstance
  if (code.startsWith('STORE_') || code === 'BUSY' || code === 'TIMEOUT') return exitCodes.tryAgain
  return code.startsWith('CONFIG_') ? exitCodes.invalidConfiguration : exitCodes.bug
}
