import { expect, onTestFinished, test, vi } from 'vitest'
import { uplinkRig } from '../fakes/uplink-rig.ts'

const count = 200
const values = Array.from({ length: count }, (_, i) => i + 0.5)

test('a server that falls silent and then drops the connection costs no value', { timeout: 90_000 }, async () => {
  const rig = await uplinkRig({ config: { ackTimeoutSeconds: 5, keepAliveSeconds: 600 } })
  onTestFinished(() => rig.close())
  await rig.series('Press', 'before', [1.5], 'double')
  await rig.uplink.start()
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(1), 10_000)

  rig.standIn.faults.silent = true
  for (const [i, value] of values.entries()) await rig.series('Press', 'pressure', [value], 'double', 1_000 + i)
  await vi.waitFor(() => expect(rig.openIssues()).toContain('UPLINK_ACK_STALLED'), 20_000)
  expect(rig.store.balance.value.delivered).toBe(1)
  expect(rig.issues.list(false).find(({ code }) => code === 'UPLINK_ACK_STALLED')?.message).toContain('for 5 s')

  rig.standIn.dropConnections()
  rig.standIn.faults.silent = false
  await vi.waitFor(() => expect(rig.store.balance.value.delivered).toBe(count + 1), 30_000)
  const points = rig.standIn.points('Press', 'pressure')
  expect(points.size).toBe(count)
  for (const [i, value] of values.entries()) expect(points.get(1_000 + i)).toEqual({ type: 'DOUBLE', text: `${value}` })
  await vi.waitFor(() => expect(rig.openIssues()).toEqual([]), 5_000)
  await vi.waitFor(() => expect(rig.uplink.status.value.reconnects).toBeGreaterThan(0), 2_000)
})
