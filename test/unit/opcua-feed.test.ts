import { DataChangeNotification, NotificationMessage, StatusChangeNotification, StatusCodes } from 'node-opcua-client'
import { expect, test, vi } from 'vitest'
import { Feed } from '../../main/engine/collect/opcua/feed.ts'
import type { RawSession } from '../../main/engine/collect/opcua/raw-session.ts'

const data = (sequenceNumber: number) =>
  new NotificationMessage({ sequenceNumber, notificationData: [new DataChangeNotification({})] })
const keepAlive = (sequenceNumber: number) => new NotificationMessage({ sequenceNumber, notificationData: [] })

function fault(name: string): Error {
  return Object.assign(new Error(name), { response: { responseHeader: { serviceResult: { name } } } })
}

type RepublishCallback = (error: Error | null, response?: { notificationMessage: NotificationMessage }) => void

/** A feed on a server that can give again the messages in `kept`. */
function makeFeed(kept: readonly number[] = [], failure?: Error) {
  const asked: number[] = []
  const session = {
    republish(request: { retransmitSequenceNumber: number }, callback: RepublishCallback) {
      const sequence = request.retransmitSequenceNumber
      asked.push(sequence)
      if (failure) setImmediate(() => callback(failure))
      else if (kept.includes(sequence)) setImmediate(() => callback(null, { notificationMessage: data(sequence) }))
      else setImmediate(() => callback(fault('BadMessageNotAvailable')))
    },
  } as unknown as RawSession
  const delivered: number[] = []
  const lost = vi.fn()
  const ended = vi.fn()
  const deliver = (message: NotificationMessage) => void delivered.push(message.sequenceNumber)
  const feed = new Feed(
    { subscriptionId: 7, keepAliveMs: 1000, republishTimeoutMs: 1000, deliver, lost, ended, monotonic: () => 0 },
    session,
  )
  return { feed, session, delivered, lost, ended, asked }
}

test('messages in order pass at once, keep-alives are not handed on', () => {
  const { feed, delivered } = makeFeed()
  for (const message of [data(1), keepAlive(2), data(2), data(3), keepAlive(4), keepAlive(4)]) feed.receive(message)
  expect(delivered).toEqual([1, 2, 3])
})

test('a gap is filled by republishing before anything later is handed on', async () => {
  const { feed, delivered, lost, asked } = makeFeed([2, 3])
  for (const sequence of [1, 4, 5, 6]) feed.receive(data(sequence))
  expect(delivered).toEqual([1])
  await expect.poll(() => delivered).toEqual([1, 2, 3, 4, 5, 6])
  expect(asked).toEqual([2, 3])
  expect(lost).not.toHaveBeenCalled()
})

test('what the server can not give again is reported, and the rest goes on', async () => {
  const { feed, delivered, lost } = makeFeed([3])
  for (const sequence of [1, 5]) feed.receive(data(sequence))
  await expect.poll(() => delivered).toEqual([1, 3, 5])
  expect(lost).toHaveBeenCalledWith(2, 'subscription 7, sequence 2 to 4', expect.any(Number), expect.any(Number))
})

test('a keep-alive that announces a missed message has it republished, and alone proves no loss', async () => {
  const { feed, delivered, lost } = makeFeed([2])
  feed.receive(data(1))
  feed.receive(keepAlive(3))
  await expect.poll(() => delivered).toEqual([1, 2])
  feed.receive(keepAlive(9))
  feed.receive(data(3))
  await expect.poll(() => delivered).toEqual([1, 2, 3])
  expect(lost).not.toHaveBeenCalled()
})

test('a message that comes twice is handed on once', () => {
  const { feed, delivered } = makeFeed()
  for (const sequence of [1, 2, 2, 1, 3]) feed.receive(data(sequence))
  expect(delivered).toEqual([1, 2, 3])
})

test('a connection lost while filling closes no gap: resuming asks again', async () => {
  const broken = makeFeed([], new Error('socket closed'))
  broken.feed.receive(data(1))
  broken.feed.receive(data(4))
  await expect.poll(() => broken.asked).toEqual([2])
  expect(broken.delivered).toEqual([1])
  const { session } = makeFeed([2, 3, 4])
  expect(await broken.feed.resume(session)).toBe(true)
  expect(broken.delivered).toEqual([1, 2, 3, 4])
  expect(broken.lost).not.toHaveBeenCalled()
})

test('resuming on a server that forgot the subscription says so', async () => {
  const { feed } = makeFeed([], fault('BadSubscriptionIdInvalid'))
  const { session } = makeFeed([], fault('BadSubscriptionIdInvalid'))
  expect(await feed.resume(session)).toBe(false)
})

test('a subscription the server ends is reported with its status', () => {
  const { feed, ended } = makeFeed()
  const status = new StatusChangeNotification({ status: StatusCodes.BadTimeout })
  feed.receive(new NotificationMessage({ sequenceNumber: 1, notificationData: [status] }))
  expect(ended).toHaveBeenCalledWith('BadTimeout')
})

test('a server that talks and never answers Republish holds nothing back for good: the gap is reported once', async () => {
  const { feed, delivered, lost, asked } = makeFeed([], new Error('Transaction has timed out'))
  feed.receive(data(1))
  feed.receive(data(4))
  await expect.poll(() => asked).toEqual([2])
  expect(lost).not.toHaveBeenCalled()
  feed.receive(data(5))
  await expect.poll(() => delivered).toEqual([1, 5])
  expect(lost).toHaveBeenCalledExactlyOnceWith(
    3,
    'subscription 7, sequence 2 to 4',
    expect.any(Number),
    expect.any(Number),
  )
  feed.receive(data(6))
  await expect.poll(() => delivered).toEqual([1, 5, 6])
})
