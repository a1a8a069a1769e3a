import type { Figure, Outcome, Scenario } from './scenario.ts'
import { run } from './store.ts'

/** Units by the ending of a figure's name. */
const units: readonly (readonly [ending: RegExp, unit: string])[] = [
  [/^gigabytes/, 'GB'],
  [/PerSecond$/i, 'values/s'],
  [/CpuMicrosecondsPerValue$/i, 'µs'],
  [/BytesPerValue$/i, 'B'],
  [/Ms$/, 'ms'],
  [/RowsPerGroup$/, 'values'],
  [/values$/i, 'values'],
]

export const storeScenario: Scenario = {
  name: 'store',
  does: 'the store alone on this disk: append, drain and pass through, values/s, CPU and bytes per value',
  async run(): Promise<Outcome> {
    const figures: Record<string, Figure> = {}
    collect(await run(), '', figures)
    return { parameters: { synchronous: 'FULL' }, figures, verdicts: [], faults: [] }
  },
}

/** `{ append500: { valuesPerSecond: 1 } }` -> `append500.valuesPerSecond`. */
function collect(part: object, path: string, figures: Record<string, Figure>): void {
  for (const [name, value] of Object.entries(part)) {
    const full = path ? `${path}.${name}` : name
    if (typeof value === 'number') figures[full] = { value, unit: unitOf(name) }
    else if (typeof value === 'object' && value !== null) collect(value, full, figures)
  }
}

const unitOf = (name: string): string => units.find(([ending]) => ending.test(name))?.[1] ?? ''
