import { SimDisk, SimStore } from './sim-store.ts'
import type { World } from './world.ts'
import type { WorldStore } from './world-store.ts'

const unlimited = 1_000_000

/** The store with a simulated disk, disturbed as the world's plan says. */
export function simulatedStore(world: World): WorldStore {
  const { random, oracle, plan, time } = world
  const weather = {
    commitMs: random.pick([1, 8, 60]),
    jitterMs: random.pick([0, 10, 200]),
    full: false,
    quotaRows: unlimited,
    whenFull: plan.whenFull,
    takeFails: 0,
  }
  const disk = new SimDisk(weather, oracle)
  world.diskFault = ({ what, forMs }) => {
    const before = { ...weather }
    if (what === 'full') weather.full = true
    if (what === 'quota') weather.quotaRows = disk.rows + random.between(0, 50)
    if (what === 'slow') weather.commitMs = random.pick([500, 2000, 5000])
    if (what === 'take-fails') weather.takeFails = 0.5
    time.after(forMs, () => Object.assign(weather, before, { full: false, quotaRows: unlimited, takeFails: 0 }))
  }
  return {
    open: (clock, registry) => new SimStore({ disk, clock, random, registry }),
    crashed() {},
    idle: async () => {},
    weather(calm) {
      if (calm) Object.assign(weather, { full: false, quotaRows: unlimited, takeFails: 0, commitMs: 5, jitterMs: 5 })
    },
    close: async () => {},
  }
}
