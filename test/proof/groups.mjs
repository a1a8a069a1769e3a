// The proofs by group: what runs, in the short form of CI and in the long one of the night. Seeds of the night are new each
// night and printed, so that a failure can be repeated.

const tonight = Math.floor(Date.now() / 86_400_000)

export const groups = {
  simulation: {
    title: 'Deterministic simulation of gateway, network, disk and ThingsBoard',
    tests: ['test/model/simulation.test.ts', 'test/model/simulation-real-store.test.ts'],
    nightly: { TB_GW_SIM_SEEDS: '100000', TB_GW_SIM_REAL_SEEDS: '1000', TB_GW_SIM_FIRST: String(tonight * 100_000) },
  },
  kill: {
    title: 'kill -9 at random moments and at named points',
    tests: ['test/scenario/gateway-kill-under-load.test.ts', 'test/proof/kill', 'test/scenario/store-kill.test.ts'],
    nightly: { TB_GW_KILL_ROUNDS: '500', TB_GW_FAILPOINT_ROUNDS: '25' },
  },
  power: {
    title: 'Power-loss images rebuilt from a recorded write stream',
    tests: ['test/proof/power-loss'],
    nightly: { TB_GW_IMAGES: '10000', TB_GW_IMAGE_GROUPS: '2000', TB_GW_IMAGE_SEED: String(tonight) },
  },
  disk: {
    title: 'Disk full, read-only, I/O errors, bit flips, torn and deleted files, two instances',
    tests: ['test/proof/disk', 'test/scenario/store-disk-full.test.ts', 'test/scenario/store-fault.test.ts'],
    nightly: { TB_GW_NIGHTLY: '1', TB_GW_DAMAGE_SEED: String(tonight) },
  },
  chaos: {
    title: 'Broken cables and every answer of ThingsBoard',
    tests: ['test/scenario/chaos-'],
    nightly: { TB_GW_CHAOS_ROUNDS: '300', TB_GW_CHAOS_SEED: String(tonight) },
  },
  outage: {
    title: 'An outage of 72 h at 1,000 values/s, in compressed time',
    tests: ['test/proof/outage'],
    nightly: { TB_GW_OUTAGE_HOURS: '72' },
  },
}
