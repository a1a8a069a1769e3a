import { expect, test } from 'vitest'
import type { Outcome } from './simulation/outcome.ts'
import { realStore } from './simulation/real-store.ts'
import { World } from './simulation/world.ts'

/** Each run opens the store once per crash, which takes real time. */
const seeds = Number(process.env['TB_GW_SIM_REAL_SEEDS'] ?? 40)
const firstSeed = Number(process.env['TB_GW_SIM_FIRST'] ?? 1)

const run = (seed: number): Promise<Outcome> => new World(seed, realStore).run()

test(`no promise is broken in ${seeds} simulated runs on the real store`, { timeout: 3_600_000 }, async () => {
  const sights = new Set<string>()
  const sum = { rows: 0, crashes: 0, duplicates: 0, quarantined: 0 }
  const broken: string[] = []
  for (let seed = firstSeed; seed < firstSeed + seeds && broken.length < 10; seed++) {
    try {
      const outcome = await run(seed)
      for (const sight of outcome.sights) sights.add(sight)
      for (const name of ['rows', 'crashes', 'duplicates', 'quarantined'] as const) sum[name] += outcome[name]
    } catch (error) {
      broken.push(error instanceof Error ? error.message : String(error))
    }
  }
  process.stdout.write(
    `simulation on the real store: ${seeds} seeds, ${sum.rows} values, ${sum.crashes} crashes, ${sum.duplicates} repeats, ` +
      `${sum.quarantined} quarantined, ${broken.length} broken promises\n`,
  )
  expect(broken).toEqual([])
  for (const sight of ['crash', 'duplicate', 'quarantine', 'reconnect', 'superseded attribute']) {
    expect(sights).toContain(sight)
  }
})

test('on the real store too the same seed gives the same run', async () => {
  expect((await run(2)).fingerprint).toBe((await run(2)).fingerprint)
})
