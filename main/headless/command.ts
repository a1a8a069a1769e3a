import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Promised in behaviour.md; scripts rely on the numbers. */
export const exitCodes = {
  fine: 0,
  invalidConfiguration: 2,
  secondInstance: 3,
  usage: 64,
  bug: 70,
  tryAgain: 75,
} as const

export interface Command {
  /** The line after `tb-gateway`. */
  readonly usage: string
  /** For `--help`: what it does, for an operator. */
  readonly about: string
  /** Resolves with the exit code; throws UsageError for wrong arguments. */
  run(args: readonly string[]): Promise<number>
}

/** Wrong arguments: printed with the usage, exit 64. */
export class UsageError extends Error {}

type Options = NonNullable<ParseArgsConfig['options']>

/** node:util's parser with our kind of error. Positionals are allowed up to `positionals`. */
export function parseCommand<const T extends Options>(args: readonly string[], options: T, positionals = 0) {
  try {
    const parsed = parseArgs({
      args: withNegativeValues(args, options),
      options,
      strict: true,
      allowPositionals: positionals > 0,
    })
    if (parsed.positionals.length > positionals)
      throw new UsageError(`"${parsed.positionals.at(-1)}" is one argument too many`)
    return parsed
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(error instanceof Error ? (error.message.split('. ', 1)[0] ?? '') : String(error))
  }
}

/** `--seconds -5`: node:util takes the minus for an option and answers with advice for programmers. */
function withNegativeValues(args: readonly string[], options: Options): string[] {
  const joined: string[] = []
  for (const arg of args) {
    const name = joined.at(-1)?.replace(/^--/, '') ?? ''
    const takesValue = joined.at(-1)?.startsWith('--') === true && options[name]?.type === 'string'
    if (takesValue && /^-\d/.test(arg)) joined.push(`${joined.pop()}=${arg}`)
    else joined.push(arg)
  }
  return joined
}

export function required(value: string | undefined, option: string): string {
  if (value === undefined || value === '') throw new UsageError(`${option} is missing`)
  return value
}

export const say = (text: string): void => void process.stderr.write(`${text}\n`)
export const print = (text: string): void => void process.stdout.write(`${text}\n`)
