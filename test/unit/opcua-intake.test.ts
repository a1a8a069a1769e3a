import {
  DataChangeNotification,
  DataType,
  DataValue,
  MonitoredItemNotification,
  NotificationMessage,
} from 'node-opcua-client'
import { expect, test, vi } from 'vitest'
import { Intake } from '../../main/engine/collect/opcua/intake.ts'
import type { RawSession } from '../../main/engine/collect/opcua/raw-session.ts'
import { TagTable } from '../../main/engine/collect/opcua/tag-table.ts'
import { flattenTags } from '../../main/engine/collect/opcua/tags.ts'
import { systemClock } from '../../main/engine/kit/clock.ts'
import { GatewayError } from '../../main/engine/kit/gateway-error.ts'
import { LogBook } from '../../main/engine/observe/log.ts'
import { MemorySink, opcuaConfig } from '../servers/opcua-bench.ts'

const session = {} as RawSession
const tags = new TagTable(flattenTags(opcuaConfig('opc.tcp://x', [{ node: 'i=1' }, { node: 'i=2' }]), 100))

function make() {
  const sink = new MemorySink()
  const crowded = vi.fn()
  const log = new LogBook(() => 0).logger('test')
  return { sink, crowded, intake: new Intake({ tags, sink, crowded, clock: systemClock, log }) }
}

function message(...items: [handle: number, value: DataValue][]): NotificationMessage {
  const monitoredItems = items.map(([clientHandle, value]) => {
    const item = new MonitoredItemNotification({ clientHandle })
    item.value = value
    return item
  })
  const data = new DataChangeNotification({})
  data.monitoredItems = monitoredItems
  return new NotificationMessage({ sequenceNumber: 1, notificationData: [data] })
}

const double = (value: number) => new DataValue({ value: { dataType: DataType.Double, value } })

test('a handle is its tag, an unknown handle is left out', async () => {
  const { intake, sink } = make()
  void intake.take(message([2, double(5)], [9, double(6)], [1, double(7)]), session, () => {})
  await expect
    .poll(() => sink.samples.map((s) => [s.tag, s.value]))
    .toEqual([
      [101, 5],
      [100, 7],
    ])
  expect(intake.goodCount).toBe(2)
})

test('a value that can not be converted is refused and the others arrive', async () => {
  const { intake, sink } = make()
  const poison = double(0)
  Object.assign(poison.value, { dataType: DataType.DateTime, value: { notADate: true } })
  void intake.take(message([1, poison], [2, double(5)]), session, () => {})
  await expect.poll(() => sink.samples.map((s) => s.tag)).toEqual([101])
  expect(sink.refusals).toMatchObject([{ code: 'MAP_NO_VALUE', tag: 100 }])
})

test('nothing is settled when the sink was stopped', async () => {
  const { intake, sink } = make()
  const settled = vi.fn()
  const refused = Promise.reject(new GatewayError('STOPPED', 'stopped'))
  sink.commit = () => refused
  void intake.take(message([1, double(1)]), session, settled)
  await expect(refused).rejects.toThrow()
  await new Promise((resolve) => setImmediate(resolve))
  expect(settled).not.toHaveBeenCalled()
})

test('too many uncommitted notifications are reported, and that they are gone again', async () => {
  const { intake, sink, crowded } = make()
  const waiting: (() => void)[] = []
  sink.commit = () => new Promise((resolve) => waiting.push(resolve))
  const settled = vi.fn()
  for (let i = 0; i < 64; i++) void intake.take(message([1, double(i)]), session, settled)
  expect(crowded.mock.calls).toEqual([[true]])
  expect(settled).not.toHaveBeenCalled()
  for (const commit of waiting) commit()
  await expect.poll(() => crowded.mock.calls).toEqual([[true], [false]])
  expect(settled).toHaveBeenCalledTimes(64)
})
