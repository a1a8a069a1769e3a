import { parseArgs } from 'node:util'
import { machine, versions } from './machine.ts'
import { printResult, type Result, readmeTable } from './result.ts'
import type { Options, Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'
import { Workplace } from './workplace.ts'

const numbers = {
  seconds: 'length of the measured window',
  warmup: 'seconds before it',
  rate: 'OPC UA values/s or MQTT messages/s',
  items: 'OPC UA items, MQTT topics, stored series',
  devices: 'devices they are spread over',
  values: 'values in the backlog of drain',
  'max-notifications': 'OPC UA notifications per publish response',
} as const
const texts = { gateway: 'FILE to measure instead of out/main/tb-gateway.js' } as const
const switches = {
  json: 'one JSON object per scenario on stdout',
  readme: 'a Markdown table of all results at the end',
  'node-server': 'OPC UA load from the node-opcua server even where the C server can be had',
} as const

/** Exit codes: 0 measured, 1 gaps, repeats or counts that do not balance, or the run broke, 64 usage. */
export async function main(args: readonly string[]): Promise<number> {
  const asked = parse(args)
  if (!asked) return 64
  const { names, options, gateway, json, readme } = asked
  if (names.length === 0) {
    process.stderr.write(await usage())
    return 0
  }
  const results: Result[] = []
  let exitCode = 0
  for (const name of names) {
    try {
      const result = await runScenario(await scenarios[name]!(), options, gateway)
      results.push(result)
      if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
      else if (!readme) printResult(result)
      if (result.faults.length > 0) exitCode = 1
      for (const fault of result.faults) process.stderr.write(`${name}: FAULT: ${fault}\n`)
    } catch (error) {
      exitCode = 1
      process.stderr.write(`${name} broke: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
  if (readme) process.stdout.write(readmeTable(results))
  return exitCode
}

async function runScenario(scenario: Scenario, options: Options, gateway: string | undefined): Promise<Result> {
  const workplace = await Workplace.enter(gateway)
  // Ctrl-C: nothing may be left running or lying about.
  const interrupted = (): void => void workplace.leave().finally(() => process.exit(130))
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  try {
    workplace.say(`${scenario.name}: ${scenario.does}`)
    const { versions: own, ...outcome } = await scenario.run(options, workplace)
    const at = new Date().toISOString()
    return { scenario: scenario.name, at, machine: machine(), versions: { ...(await versions()), ...own }, ...outcome }
  } finally {
    process.off('SIGINT', interrupted)
    process.off('SIGTERM', interrupted)
    await workplace.leave()
  }
}

interface Asked {
  readonly names: readonly string[]
  readonly options: Options
  readonly gateway: string | undefined
  readonly json: boolean
  readonly readme: boolean
}

function parse(args: readonly string[]): Asked | undefined {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...Object.fromEntries(Object.keys(numbers).map((name) => [name, { type: 'string' as const }])),
        ...Object.fromEntries(Object.keys(texts).map((name) => [name, { type: 'string' as const }])),
        ...Object.fromEntries(Object.keys(switches).map((name) => [name, { type: 'boolean' as const }])),
      },
    })
    const number = (name: keyof typeof numbers): number | undefined => positive(name, values[name])
    return {
      names: positionals.includes('all') ? Object.keys(scenarios) : positionals.map(known),
      options: {
        seconds: number('seconds'),
        warmupSeconds: number('warmup'),
        rate: number('rate'),
        items: number('items'),
        devices: number('devices'),
        values: number('values'),
        maxNotifications: number('max-notifications'),
        nodeServer: values['node-server'] === true,
      },
      gateway: typeof values['gateway'] === 'string' ? values['gateway'] : undefined,
      json: values['json'] === true,
      readme: values['readme'] === true,
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return undefined
  }
}

function known(name: string): string {
  if (Object.hasOwn(scenarios, name)) return name
  throw new Error(`There is no scenario "${name}"; there are ${Object.keys(scenarios).join(', ')} and all.`)
}

function positive(name: string, text: unknown): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not "${text}"`)
  return value
}

async function usage(): Promise<string> {
  const all = await Promise.all(Object.values(scenarios).map((load) => load()))
  const line = (name: string, text: string): string => `  ${name.padEnd(22)}${text}\n`
  return [
    'npm run bench -- SCENARIO… [options]\n\nScenarios:\n',
    ...all.map((s) => line(s.name, s.does)),
    line('all', 'every one of them'),
    '\nOptions:\n',
    ...Object.entries(numbers).map(([name, text]) => line(`--${name} N`, text)),
    ...Object.entries(texts).map(([name, text]) => line(`--${name}`, text)),
    ...Object.entries(switches).map(([name, text]) => line(`--${name}`, text)),
  ].join('')
}
