import { expect, test } from 'vitest'
import type { Sight } from './simulation/oracle.ts'
import type { Outcome } from './simulation/outcome.ts'
import { regressions } from './simulation/regressions.ts'
import { simulatedStore } from './simulation/simulated-store.ts'
import { World } from './simulation/world.ts'

/** The nightly command asks for more, from another first seed each night. TB_GW_SIM_SEED=n replays one. */
const seeds = Number(process.env['TB_GW_SIM_SEEDS'] ?? 2000)
const firstSeed = Number(process.env['TB_GW_SIM_FIRST'] ?? 1)
const only = process.env['TB_GW_SIM_SEED']

const run = (seed: number): Promise<Outcome> => new World(seed, simulatedStore).run()

/** Without these the runs would prove nothing. */
const mustBeSeen: readonly Sight[] = [
  'duplicate',
  'quarantine',
  'dropped: full-oldest',
  'dropped: full-newest',
  'superseded attribute',
  'store full',
  'disk full',
  'rate limited',
  'refused 0x99',
  'device refused',
  'puback lost',
  'reconnect',
  'half-open',
  'server restart',
  'taken over',
  'crash',
  'crash between commit and answer',
  'crash between puback and settle',
  'accepted twice',
  'wall clock jump',
  'graceful restart',
  'take failed',
]

test.skipIf(only !== undefined)(`no promise is broken in ${seeds} simulated runs`, { timeout: 3_600_000 }, async () => {
  const sights = new Map<Sight, number>()
  const sum = { rows: 0, duplicates: 0, quarantined: 0, dropped: 0, crashes: 0, connections: 0, hours: 0 }
  let busiest = 0
  const broken: string[] = []
  for (let seed = firstSeed; seed < firstSeed + seeds && broken.length < 10; seed++) {
    try {
      const outcome = await run(seed)
      for (const sight of outcome.sights) sights.set(sight, (sights.get(sight) ?? 0) + 1)
      for (const name of ['rows', 'duplicates', 'quarantined', 'dropped', 'crashes', 'connections'] as const) {
        sum[name] += outcome[name]
      }
      sum.hours += outcome.simulatedMs / 3_600_000
      busiest = Math.max(busiest, outcome.connectionsPerMinute)
    } catch (error) {
      broken.push(error instanceof Error ? error.message : String(error))
    }
  }
  process.stdout.write(
    `simulation: ${seeds} seeds, ${sum.hours.toFixed(0)} simulated hours, ${sum.rows} values, ${sum.crashes} crashes, ` +
      `${sum.connections} connections (at most ${busiest} in a minute), ${sum.duplicates} repeats, ` +
      `${sum.quarantined} quarantined, ${sum.dropped} dropped, ${broken.length} broken promises\n`,
  )
  expect(broken).toEqual([])
  expect(mustBeSeen.filter((sight) => !sights.has(sight))).toEqual([])
})

test.each([...regressions])('seed $seed keeps its promises: $was', async ({ seed }) => {
  await run(seed)
})

test('the same seed gives the same run', async () => {
  for (const seed of [3, 11, 17]) expect((await run(seed)).fingerprint).toBe((await run(seed)).fingerprint)
})

test.runIf(only !== undefined)(`seed ${only}`, async () => {
  process.stdout.write(`${JSON.stringify(await run(Number(only)))}\n`)
})
