import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { broker, DeskRig, rename } from '../fakes/desk-rig.ts'

let rig: DeskRig
beforeEach(async () => {
  rig = new DeskRig()
  rig.write({ name: 'Good', connectors: [broker('a'), broker('b')] })
  rig.delivery = { isOnline: true, delivered: 0, sourcesOnline: ['a', 'b'] }
  rig.delivers = ({ name }) => name !== 'Bad'
  await rig.start()
  await rig.seconds(10)
})
afterEach(() => rig.end())

const markPath = (): string => join(rig.folder, 'draft', 'trial.json')
const states = (): string[] => rig.versions().map(({ number, state }) => `${number} ${state}`)

test('a version that delivers again passes its trial', async () => {
  await rig.edit('x', rename('Better'))
  const { state } = await rig.apply(60)
  expect(state.trial).toMatchObject({ version: 2 })
  expect(states()).toEqual(['2 trial', '1 earlier'])
  await rig.seconds(2)
  expect(rig.desk.state().trial).toBeNull()
  expect(states()).toEqual(['2 running', '1 earlier'])
  expect(existsSync(markPath())).toBe(false)
})

test('a version after which nothing is acknowledged any more is taken back in time, and the draft keeps it', async () => {
  await rig.edit('x', rename('Bad'))
  await rig.apply(30)
  await rig.seconds(29)
  expect(rig.read().name).toBe('Bad')
  await rig.seconds(2)
  expect(rig.read().name).toBe('Good')
  expect(states()).toEqual(['3 running', '2 rolled back', '1 earlier'])
  expect(rig.versions()[0]).toMatchObject({ author: 'Gateway', note: expect.stringContaining('acknowledged no value') })
  expect(rig.desk.document.name).toBe('Bad')
  expect(rig.desk.state()).toMatchObject({ changes: 1, trial: null, undo: 'x' })
  expect(rig.issues.list(false)).toMatchObject([
    {
      code: 'CONFIG_ROLLED_BACK',
      message: expect.stringContaining('Version 2'),
      hint: expect.stringContaining('draft'),
    },
  ])
})

test('ThingsBoard that is not reached any more fails the trial, also when nothing was sent before', async () => {
  rig.delivers = () => false
  await rig.seconds(70)
  await rig.edit('x', rename('Other'))
  await rig.apply(30)
  rig.delivery = { ...rig.delivery, isOnline: false }
  await rig.seconds(31)
  expect(rig.read().name).toBe('Good')
})

test('a source that does not come back fails the trial and is named; one that was removed is not missed', async () => {
  await rig.edit('x', { op: 'remove', path: ['connectors', 1] }, rename('Without b'))
  rig.delivery = { ...rig.delivery, sourcesOnline: ['a', 'b'] }
  await rig.apply(30)
  rig.delivery = { ...rig.delivery, sourcesOnline: [] }
  await rig.seconds(31)
  expect(rig.read().name).toBe('Good')
  expect(rig.versions()[0]?.note).toMatch(/the source "a" did not come back/)
})

test('nothing is tried when nothing was delivered before: there is nothing to lose', async () => {
  rig.delivery = { ...rig.delivery, isOnline: false }
  await rig.edit('x', rename('Bad'))
  expect((await rig.apply(30)).state.trial).toBeNull()
  await rig.seconds(60)
  expect(rig.read().name).toBe('Bad')
})

test('an orderly restart in the trial goes on with it', async () => {
  await rig.edit('x', rename('Bad'))
  await rig.apply(30)
  await rig.seconds(10)
  await rig.stop()
  rig.clock.jump(3_600_000)
  await rig.start()
  expect(rig.desk.state().trial).toMatchObject({ version: 2 })
  await rig.seconds(10)
  expect(rig.read().name).toBe('Bad')
  await rig.seconds(15)
  expect(rig.read().name).toBe('Good')
})

test('one crash in the trial goes on with it, the second takes the version back at once', async () => {
  await rig.edit('x', rename('Bad'))
  await rig.apply(30)
  await rig.seconds(5)
  await rig.start()
  expect(rig.desk.state().trial).toMatchObject({ version: 2 })
  await rig.start()
  expect(rig.read().name).toBe('Good')
  expect(states()).toEqual(['3 running', '2 rolled back', '1 earlier'])
  expect(rig.desk.document.name).toBe('Bad')
})

test('a crash in the trial that lasts beyond its time takes the version back at the start', async () => {
  await rig.edit('x', rename('Bad'))
  await rig.apply(30)
  rig.clock.jump(60_000)
  await rig.start()
  expect(rig.read().name).toBe('Good')
  expect(rig.desk.running.name).toBe('Good')
})

test('a crash between the file and its version still knows who applied it', async () => {
  await rig.edit('x', rename('Better'))
  await rig.apply(30)
  for (const name of ['000002.json', 'outcomes.json']) rmSync(join(rig.folder, 'versions', name))
  await rig.start()
  expect(rig.versions()[0]).toMatchObject({ number: 2, author: 'Ann', note: 'a note', state: 'trial' })
})

test('somebody may keep it at once, or take it back at once', async () => {
  await rig.edit('x', rename('Bad'))
  await rig.apply(30)
  expect((await rig.desk.decide(true)).trial).toBeNull()
  await rig.seconds(60)
  expect(rig.read().name).toBe('Bad')
  await rig.edit('x', rename('Worse'))
  await rig.apply(30)
  expect((await rig.desk.decide(false)).trial).toBeNull()
  expect(rig.read().name).toBe('Bad')
})

test('two trials in a row go back to what worked before the first', async () => {
  await rig.edit('x', rename('Bad'))
  await rig.apply(30)
  await rig.edit('x', { op: 'set', path: ['connectors', 0, 'port'], value: 2 })
  await rig.apply(30)
  await rig.seconds(31)
  expect(rig.read()).toMatchObject({ name: 'Good', connectors: [{ port: 1883 }, {}] })
})

test('a file edited in the trial ends it: what somebody wrote by hand is not taken back', async () => {
  await rig.edit('x', rename('Bad'))
  await rig.apply(30)
  rig.write({ name: 'By hand' })
  await rig.load()
  expect(rig.desk.state().trial).toBeNull()
  rig.delivers = () => false
  await rig.seconds(60)
  expect(rig.read().name).toBe('By hand')
})

test('a version before that is damaged can not come back: that is said, and what runs goes on', async () => {
  await rig.edit('x', rename('Bad'))
  await rig.apply(30)
  writeFileSync(join(rig.folder, 'versions', '000001.json'), 'damaged')
  await rig.seconds(31)
  expect(rig.read().name).toBe('Bad')
  expect(rig.issues.list(false)).toMatchObject([{ code: 'CONFIG_ROLLED_BACK', severity: 'error' }])
  await rig.seconds(60)
  expect(rig.versions()).toHaveLength(2)
})

test('what was delivered before and after stands beside the version', async () => {
  await rig.seconds(60)
  await rig.edit('x', rename('Better'))
  await rig.apply(30)
  await rig.seconds(95)
  expect(rig.versions()[0]).toMatchObject({ deliveredBefore: 60, deliveredAfter: 60 })
})
