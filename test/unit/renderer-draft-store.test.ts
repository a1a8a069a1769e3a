import { beforeEach, expect, test, vi } from 'vitest'
import type { RequestChannel } from '../../shared/api/channels.ts'
import { type GatewayConfig, gatewaySchema } from '../../shared/config/gateway.ts'
import { ok, type Result } from '../../shared/errors.ts'
import { ScriptedDraft } from '../e2e/fixtures/scripted-draft.ts'

// The window's picture of the draft against an engine that answers late, refuses, or is edited by others.

type Listener = (payload: unknown) => void

const listeners = new Map<string, Listener>()
let engine: ScriptedDraft
/** Answers wait for it: what is shown meanwhile is what the operator sees. */
let gate: Promise<void> = Promise.resolve()
const asked: RequestChannel[] = []

// renderer/api/client.ts looks for the desktop's bridge when it is loaded.
vi.stubGlobal('window', {
  gateway: {
    request: async (channel: RequestChannel, input: unknown): Promise<Result<unknown>> => {
      asked.push(channel)
      await gate
      if (channel === 'config.get') return ok({ config: engine.running, revision: 1, path: '' })
      return engine.answer(channel, input) ?? ok(null)
    },
    on: (channel: string, listener: Listener) => {
      listeners.set(channel, listener)
      return () => undefined
    },
  },
})
const { editDraft, loadDraft, draftChanged, undoDraft, useDraft } = await import('../../renderer/stores/draft-store.ts')

const start = gatewaySchema.parse({
  version: 1,
  name: 'Line 3',
  connectors: [
    { type: 'mqtt', id: 'a', name: 'a', host: 'broker-a' },
    { type: 'mqtt', id: 'b', name: 'b', host: 'broker-b' },
  ],
})

beforeEach(async () => {
  gate = Promise.resolve()
  engine = new ScriptedDraft(start, (channel, payload) => {
    if (channel === 'draft.changed') draftChanged(payload as Parameters<typeof draftChanged>[0])
  })
  await loadDraft()
  asked.length = 0
})

const shown = (): GatewayConfig | undefined => useDraft.getState().config
const renamed =
  (name: string) =>
  (config: GatewayConfig): GatewayConfig => ({ ...config, name })

function closedGate(): () => void {
  let open = (): void => undefined
  gate = new Promise((resolve) => {
    open = resolve
  })
  return open
}

test('an edit is shown before the engine has answered, and parts it does not touch stay the same objects', async () => {
  const before = shown()
  const open = closedGate()
  const saved = editDraft('Rename', renamed('Line 4'))
  expect(shown()?.name).toBe('Line 4')
  expect(shown()?.connectors[0]).toBe(before?.connectors[0])
  expect(engine.config.name).toBe('Line 3')
  open()
  expect(await saved).toEqual({ state: 'saved' })
  expect(engine.config.name).toBe('Line 4')
  expect(shown()?.connectors[0]).toBe(before?.connectors[0])
})

test('an edit that is refused is taken back, and those made after it stay', async () => {
  const open = closedGate()
  engine.refusals.set('draft.edit', { code: 'STORE_DISK_FULL', message: 'full', hint: '' })
  const refused = editDraft('Rename', renamed('Line 4'))
  const second = editDraft('Disable', (config) => ({
    ...config,
    connectors: config.connectors.map((c) => (c.id === 'a' ? { ...c, enabled: false } : c)),
  }))
  expect(shown()).toMatchObject({ name: 'Line 4', connectors: [{ enabled: false }, { enabled: true }] })
  open()
  expect(await refused).toMatchObject({ state: 'failed', error: { code: 'STORE_DISK_FULL' } })
  engine.refusals.clear()
  expect(await second).toEqual({ state: 'saved' })
  expect(shown()).toMatchObject({ name: 'Line 3', connectors: [{ enabled: false }, { enabled: true }] })
  expect(engine.config).toEqual(shown())
})

test('an edit on an older draft is made again on the newer one', async () => {
  engine.config = { ...engine.config, connectors: engine.config.connectors.slice(1) }
  engine.moveOn()
  expect(await editDraft('Rename', renamed('Line 4'))).toEqual({ state: 'saved' })
  expect(engine.config).toMatchObject({ name: 'Line 4', connectors: [{ id: 'b' }] })
  expect(shown()).toEqual(engine.config)
})

test('steps with positions are not made again on another draft: they would hit another element', async () => {
  engine.config = { ...engine.config, connectors: engine.config.connectors.slice(1) }
  engine.moveOn()
  const outcome = await editDraft('Rename a', [{ op: 'set', path: ['connectors', 0, 'name'], value: 'A' }])
  expect(outcome).toEqual({ state: 'conflict' })
  expect(engine.config.connectors[0]?.name).toBe('b')
  expect(shown()).toEqual(engine.config)
})

test('a change that no longer fits the newer draft is a conflict, not a repetition', async () => {
  engine.config = { ...engine.config, name: 'Theirs' }
  engine.moveOn()
  const outcome = await editDraft('Rename', (config) => {
    if (config.name !== 'Line 3') throw new Error('renamed by somebody else')
    return renamed('Mine')(config)
  })
  expect(outcome).toEqual({ state: 'conflict' })
  expect(engine.config.name).toBe('Theirs')
})

test('an edit that changes nothing is not sent', async () => {
  expect(await editDraft('Rename', renamed('Line 3'))).toEqual({ state: 'saved' })
  expect(asked).not.toContain('draft.edit')
})

test('what another window does is followed, also while an own edit is on its way', async () => {
  const open = closedGate()
  const saved = editDraft('Rename', renamed('Line 4'))
  open()
  await saved
  engine.config = { ...engine.config, name: 'Theirs' }
  engine.announce()
  await vi.waitFor(() => expect(shown()?.name).toBe('Theirs'))
})

test('undo brings back what was there before, with the label of the edit in between', async () => {
  await editDraft('Rename', renamed('Line 4'))
  expect(useDraft.getState().state?.undo).toBe('Rename')
  expect(await undoDraft()).toBeUndefined()
  expect(shown()).toEqual(start)
  expect(useDraft.getState().state).toMatchObject({ undo: null, redo: 'Rename', changes: 0 })
})
