import type { Figure, Outcome } from './scenario.ts'

export interface Result extends Omit<Outcome, 'versions'> {
  readonly scenario: string
  readonly at: string
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryGiB: number
    readonly kernel: string
  }
  readonly versions: Readonly<Record<string, string>>
}

export function printResult(result: Result): void {
  const { scenario, machine, figures, parameters, versions, verdicts } = result
  const lines = [
    `\n${scenario}  (${pairs(parameters)})`,
    `${machine.cores} cores ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.kernel}; ${pairs(versions)}`,
    ...Object.entries(figures).map(
      ([name, figure]) => `  ${name.padEnd(22)}${textOf(figure).padStart(14)} ${figure.unit}`,
    ),
    ...verdicts.map((verdict) => `  ${verdict}`),
    ...checked(result),
    '',
  ]
  process.stdout.write(lines.join('\n'))
}

/** Only a scenario with a witness can say that nothing is missing. */
function checked({ figures, faults }: Result): string[] {
  if (faults.length > 0) return [`  ${faults.length} FAULTS`]
  return figures['gaps'] ? ['  no gaps, no unexplained repeats, counts balance'] : []
}

/** The figures that answer the goals, one line per scenario. */
export function readmeTable(results: readonly Result[]): string {
  const [first] = results
  if (!first) return ''
  const rows = results.map((result) => {
    const cells = [result.scenario, ...columns.map(([, name]) => cell(result.figures, name)), faultsOf(result)]
    return `| ${cells.join(' | ')} |`
  })
  const head = ['scenario', ...columns.map(([title]) => title), 'gaps / repeats']
  const { machine, versions, at } = first
  return [
    `Measured ${at.slice(0, 10)} on ${machine.cores} cores of an ${machine.cpu} (${machine.kernel}), load, brokers, witness and`,
    `gateway on the same machine; ${pairs(versions)}.`,
    '',
    `| ${head.join(' | ')} |`,
    `|${head.map(() => '---').join('|')}|`,
    ...rows,
    '',
    ...results.map(({ scenario, parameters }) => `* \`${scenario}\`: ${pairs(parameters)}`),
    '',
  ].join('\n')
}

/** Title, and the first of these figures that the scenario has. */
const columns: readonly (readonly [string, readonly string[]])[] = [
  ['rate', ['delivered', 'drained', 'append5000.valuesPerSecond', 'opcuaTogether', 'median']],
  ['engine CPU per value', ['engineCpuPerValue', 'append5000.cpuMicrosecondsPerValue']],
  ['source → PUBACK p99', ['sourceToAckP99']],
  ['RSS max', ['rssMax']],
  ['values checked', ['checked']],
]

function cell(figures: Result['figures'], names: readonly string[]): string {
  const figure = names.map((name) => figures[name]).find((f) => f !== undefined)
  return figure ? `${textOf(figure)} ${figure.unit.replace(' in all', '')}` : ''
}

function faultsOf({ figures, faults }: Result): string {
  if (!figures['gaps']) return faults.length === 0 ? '' : faults.join('; ')
  return `${figures['gaps'].value} / ${figures['repeats']?.value ?? 0}`
}

/** Whole numbers in full, the others with three significant digits. */
function textOf({ value }: Figure): string {
  const whole = Math.abs(value) >= 100 || Number.isInteger(value)
  return value.toLocaleString('en-US', whole ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 })
}

const pairs = (values: Readonly<Record<string, string | number | boolean>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
