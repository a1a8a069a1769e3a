import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkConfig } from '../../main/engine/config/load.ts'
import { maskSecrets } from '../../main/engine/config/mask.ts'
import { applySteps } from '../../shared/config/edit-steps.ts'
import { broker, DeskRig, rename } from '../fakes/desk-rig.ts'
import { randomConfig } from '../fakes/random-config.ts'

let rig: DeskRig
beforeEach(() => {
  rig = new DeskRig()
})
afterEach(() => rig.end())

const logPath = (): string => join(rig.folder, 'draft', 'draft.log')

test('an edit with an older revision is refused and changes nothing', async () => {
  await rig.start()
  const { revision } = rig.desk.state()
  await rig.edit('one', rename('One'))
  await expect(rig.desk.edit({ revision, label: 'two', steps: [rename('Two')] })).rejects.toMatchObject({
    code: 'CONFIG_CONFLICT',
  })
  expect(rig.desk.document.name).toBe('One')
})

test('an edit that would make the draft invalid is refused with its place, and nothing is kept of it', async () => {
  rig.write({ connectors: [broker('a')] })
  await rig.start()
  const { revision } = rig.desk.state()
  const steps = [rename('x'), { op: 'set' as const, path: ['connectors', 0, 'port'], value: 99_999 }]
  const { problems, state } = await rig.desk.edit({ revision, label: 'bad', steps })
  expect(problems).toMatchObject([{ path: 'connectors[0].port' }])
  expect(state).toMatchObject({ revision, changes: 0, undo: null })
  expect(rig.desk.document.name).toBe('Gateway')
})

test('draft, undo and redo are the same after a restart and after a crash', async () => {
  rig.write({ name: 'Start' })
  await rig.start()
  for (const name of ['One', 'Two', 'Three']) await rig.edit(`Rename to ${name}`, rename(name))
  await rig.desk.undo(rig.desk.state().revision)
  const before = rig.desk.state()
  await rig.start()
  expect(rig.desk.state()).toEqual(before)
  expect(before).toMatchObject({ undo: 'Rename to Two', redo: 'Rename to Three', changes: 1 })
  await rig.desk.redo(rig.desk.state().revision)
  expect(rig.desk.document.name).toBe('Three')
})

test('an edit whose line was cut off by a power cut never was; those before it are all there', async () => {
  await rig.start()
  await rig.edit('one', rename('One'))
  const length = readFileSync(logPath()).length
  await rig.edit('two', rename('Two'))
  truncateSync(logPath(), length + 20)
  await rig.start()
  expect(rig.desk.document.name).toBe('One')
  await rig.edit('three', rename('Three'))
  await rig.start()
  expect(rig.desk.document.name).toBe('Three')
  expect(rig.issues.list(false)).toEqual([])
})

test('a damaged line ends what is used; the file is kept and the operator is told', async () => {
  await rig.start()
  for (const name of ['One', 'Two', 'Three']) await rig.edit(name, rename(name))
  const lines = readFileSync(logPath(), 'utf8').split('\n')
  writeFileSync(logPath(), lines.map((line, i) => (i === 2 ? line.replace('Two', 'Twx') : line)).join('\n'))
  await rig.start()
  expect(rig.desk.document.name).toBe('One')
  expect(readdirSync(join(rig.folder, 'draft')).some((name) => name.includes('.damaged-'))).toBe(true)
  expect(rig.issues.list(false)).toMatchObject([{ subject: 'draft', severity: 'warning' }])
})

test('a log of nonsense costs the draft, never the start', async () => {
  rig.write({ name: 'Runs' })
  await rig.start()
  await rig.edit('one', rename('One'))
  writeFileSync(logPath(), 'nonsense\n\u0000\n')
  await rig.start()
  expect(rig.desk.document.name).toBe('Runs')
  await rig.edit('two', rename('Two'))
  expect(rig.desk.state().changes).toBe(1)
})

test('a disk that takes no more leaves the draft as it was', async () => {
  await rig.start()
  await rig.edit('one', rename('One'))
  const { revision } = rig.desk.state()
  const aside = `${logPath()}.gone`
  renameSync(logPath(), aside)
  await expect(rig.desk.edit({ revision, label: 'two', steps: [rename('Two')] })).rejects.toMatchObject({
    code: 'CONFIG_UNREADABLE',
  })
  renameSync(aside, logPath())
  expect(rig.desk.state()).toMatchObject({ revision, undo: 'one' })
  await rig.edit('three', rename('Three'))
  await rig.start()
  expect(rig.desk.document.name).toBe('Three')
})

test('a typed password reaches the vault and no other file; what runs keeps its own until the draft is applied', async () => {
  rig.write({ connectors: [broker('a', { username: 'u', password: 'first-secret' })] })
  await rig.start()
  await rig.edit('Password', { op: 'set', path: ['connectors', 0, 'password'], value: 'second-secret' })
  expect(rig.desk.document.connectors[0]).toMatchObject({ password: '${secret:a.password-2}' })
  expect(rig.vault.get('a.password')).toBe('first-secret')
  expect(rig.vault.get('a.password-2')).toBe('second-secret')
  await rig.apply()
  await rig.edit('again', { op: 'set', path: ['connectors', 0, 'password'], value: 'third-secret' })
  for (const name of readdirSync(rig.folder, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue
    expect(readFileSync(join(name.parentPath, name.name), 'utf8')).not.toMatch(/(second|third)-secret/)
  }
  await rig.desk.undo(rig.desk.state().revision)
  expect((await rig.file.resolve(rig.desk.document)).config.connectors[0]).toMatchObject({ password: 'second-secret' })
})

test('the password of an older version is still there when it is restored', async () => {
  rig.write({ connectors: [broker('a', { username: 'u', password: 'first' })] })
  await rig.start()
  await rig.edit('Password', { op: 'set', path: ['connectors', 0, 'password'], value: 'second' })
  await rig.apply()
  await rig.start()
  await rig.desk.restore({ number: 1, revision: rig.desk.state().revision })
  await rig.apply()
  const { config } = await rig.file.resolve(rig.file.stored)
  expect(config.connectors[0]).toMatchObject({ password: 'first' })
})

test('what the page shows, masked, may be sent back: the secrets stay what they were', async () => {
  rig.write({ connectors: [broker('a', { username: 'u', password: 'first' })] })
  await rig.start()
  await rig.edit('x', {
    op: 'set',
    path: [],
    value: { ...(maskSecrets(rig.file.stored) as object), name: 'B' } as never,
  })
  expect(rig.desk.document).toMatchObject({ name: 'B', connectors: [{ password: '${secret:a.password}' }] })
})

test('the first start with a gateway.json makes it version 1; without one there is no version', async () => {
  await rig.start()
  expect(rig.versions()).toEqual([])
  rig.write({ name: 'By hand' })
  await rig.start()
  expect(rig.versions()).toMatchObject([{ number: 1, author: 'file', state: 'running' }])
  await rig.start()
  expect(rig.versions()).toHaveLength(1)
})

test('an untouched draft follows the file', async () => {
  rig.write({ name: 'One' })
  await rig.start()
  rig.write({ name: 'Two' })
  await rig.load()
  expect(rig.desk.document.name).toBe('Two')
  expect(rig.desk.state()).toMatchObject({ changes: 0, undo: null, base: 2 })
  expect(rig.versions()).toMatchObject([{ number: 2, author: 'file', changed: 1 }, { number: 1 }])
})

test('a file edited beside a draft is what runs, the draft keeps its changes on top, and undo still works', async () => {
  rig.write({ name: 'Start', connectors: [broker('a')] })
  await rig.start()
  await rig.edit('Port', { op: 'set', path: ['connectors', 0, 'port'], value: 2 })
  rig.write({ name: 'By hand', connectors: [broker('a'), broker('b')] })
  await rig.load()
  expect(rig.desk.running.name).toBe('By hand')
  expect(rig.desk.document).toMatchObject({ name: 'By hand', connectors: [{ id: 'a', port: 2 }, { id: 'b' }] })
  expect(rig.desk.state()).toMatchObject({ changes: 1, hasProposal: false, base: 2 })
})

test('a file that changes the same as the draft leaves the draft alone and becomes a proposal with the conflict', async () => {
  rig.write({ name: 'Start' })
  await rig.start()
  await rig.edit('Rename', rename('Ours'))
  rig.write({ name: 'Theirs' })
  await rig.load()
  expect(rig.desk.document.name).toBe('Ours')
  expect(rig.desk.state()).toMatchObject({ changes: 1, hasProposal: true })
  expect(rig.desk.proposal()).toMatchObject({
    author: 'file',
    conflicts: [{ id: 'name', base: 'Start', ours: 'Ours', theirs: 'Theirs' }],
  })
  await rig.start()
  expect(rig.desk.state().hasProposal).toBe(true)
  await rig.desk.merge({ revision: rig.desk.state().revision, theirs: ['name'] })
  expect(rig.desk.state()).toMatchObject({ changes: 0, hasProposal: false })
})

test('a file edited while the gateway was off is a version, and the draft is merged with it', async () => {
  rig.write({ name: 'Start', connectors: [broker('a')] })
  await rig.start()
  await rig.edit('Port', { op: 'set', path: ['connectors', 0, 'port'], value: 2 })
  rig.write({ name: 'By hand', connectors: [broker('a')] })
  await rig.start()
  expect(rig.desk.state()).toMatchObject({ changes: 1, base: 2 })
  expect(rig.desk.document).toMatchObject({ name: 'By hand', connectors: [{ port: 2 }] })
})

test('a broken file neither becomes a version nor touches the draft', async () => {
  rig.write({ name: 'Good' })
  await rig.start()
  await rig.edit('Rename', rename('Ours'))
  writeFileSync(rig.path, '{ broken')
  await rig.load()
  await rig.start()
  expect(rig.versions()).toHaveLength(1)
  expect(rig.desk.state()).toMatchObject({ changes: 1, hasProposal: false })
  expect(rig.desk.document.name).toBe('Ours')
})

test('config.save makes a version and goes through to the draft', async () => {
  rig.write({ name: 'Start', connectors: [broker('a')] })
  await rig.start()
  await rig.edit('Port', { op: 'set', path: ['connectors', 0, 'port'], value: 2 })
  const { config, revision } = rig.file.view()
  await rig.desk.save({ ...config, name: 'Saved' }, revision)
  expect(rig.versions()).toMatchObject([{ number: 2, author: 'API', state: 'running' }, { number: 1 }])
  expect(rig.desk.document).toMatchObject({ name: 'Saved', connectors: [{ port: 2 }] })
})

test('an apply on top of a file nobody has seen yet is refused, and shows both together afterwards', async () => {
  rig.write({ name: 'Start', connectors: [broker('a')] })
  await rig.start()
  await rig.edit('Port', { op: 'set', path: ['connectors', 0, 'port'], value: 2 })
  rig.write({ name: 'By hand', connectors: [broker('a')] })
  await expect(rig.apply()).rejects.toMatchObject({ code: 'CONFIG_CONFLICT' })
  await rig.desk.idle()
  expect(rig.read().name).toBe('By hand')
  expect((await rig.apply()).problems).toEqual([])
  expect(rig.read()).toMatchObject({ name: 'By hand', connectors: [{ port: 2 }] })
})

test('a damaged version is shown as damaged and can not be restored; the others can', async () => {
  rig.write({ name: 'One' })
  await rig.start()
  for (const name of ['Two', 'Three']) {
    await rig.edit(name, rename(name))
    await rig.apply()
  }
  const file = join(rig.folder, 'versions', '000002.json')
  writeFileSync(file, readFileSync(file, 'utf8').replace('"Two"', '"Twx"'))
  await rig.start()
  expect(rig.versions().map(({ number, state }) => `${number} ${state}`)).toEqual([
    '3 running',
    '2 damaged',
    '1 earlier',
  ])
  const { revision } = rig.desk.state()
  await expect(rig.desk.restore({ number: 2, revision })).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await rig.desk.restore({ number: 1, revision })
  expect(rig.desk.document.name).toBe('One')
})

test('only the newest two hundred versions are kept', async () => {
  rig.write({ name: 'Start' })
  await rig.start()
  for (let i = 0; i < 205; i++) {
    await rig.edit('x', rename(`N${i}`))
    await rig.apply()
  }
  const rows = rig.versions()
  expect(rows).toHaveLength(200)
  expect(rows[0]).toMatchObject({ number: 206, state: 'running' })
  expect(readdirSync(join(rig.folder, 'versions'))).toHaveLength(200)
})

test('undo goes back over an apply; a thousand edits and no more', async () => {
  rig.write({ name: 'Start' })
  await rig.start()
  for (let i = 0; i < 1010; i++) await rig.edit('x', rename(`N${i}`))
  await rig.apply()
  let undone = 0
  for (let state = rig.desk.state(); state.undo !== null; undone++) state = await rig.desk.undo(state.revision)
  expect(undone).toBe(1000)
  expect(rig.desk.document.name).toBe('N9')
  await rig.start()
  expect(rig.desk.document.name).toBe('N9')
}, 60_000)

test('random edits of two windows: undo all is the start, redo all the end, and a crash in between changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomConfig,
      fc.array(fc.tuple(randomConfig, fc.boolean()), { maxLength: 6 }),
      async (first, targets) => {
        fc.pre(checkConfig(first).kind === 'valid')
        const own = new DeskRig()
        try {
          own.write(first)
          await own.start()
          const start = own.desk.document
          for (const [target, crash] of targets) {
            const { revision } = own.desk.state()
            await own.desk.edit({ revision, label: 'x', steps: [{ op: 'set', path: [], value: target as never }] })
            if (crash) await own.start()
          }
          const end = own.desk.document
          while (own.desk.state().undo !== null) await own.desk.undo(own.desk.state().revision)
          expect(own.desk.document).toEqual(start)
          expect(own.desk.state().changes).toBe(0)
          await own.start()
          while (own.desk.state().redo !== null) await own.desk.redo(own.desk.state().revision)
          expect(own.desk.document).toEqual(end)
        } finally {
          await own.end()
        }
      },
    ),
    { numRuns: 30 },
  )
}, 60_000)

test('a window that asks what happened since its revision gets to the same document', async () => {
  rig.write({ name: 'Start', connectors: [broker('a')] })
  await rig.start()
  const { revision } = rig.desk.state()
  let copy: unknown = rig.desk.document
  await rig.edit('one', rename('One'))
  await rig.edit('two', { op: 'insert', path: ['connectors', 1], value: broker('b') })
  await rig.desk.undo(rig.desk.state().revision)
  await rig.apply()
  const { steps, state } = rig.desk.since(revision)
  copy = applySteps(copy, steps ?? []).document
  expect(copy).toEqual(rig.desk.document)
  expect(state.revision).toBe(rig.desk.state().revision)
  expect(rig.desk.since(revision - 1).steps).toBeNull()
})

test('the vault forgets what neither file, draft nor versions refer to', async () => {
  rig.write({ connectors: [broker('a', { username: 'u', password: 'first' })] })
  await rig.start()
  await rig.desk.save({ version: 1, connectors: [] }, rig.file.revision)
  expect(rig.vault.names()).toEqual(['a.password'])
  expect(existsSync(join(rig.folder, 'versions', '000001.json'))).toBe(true)
  appendFileSync(join(rig.folder, 'versions', '000001.json'), 'damage')
  await rig.vault.set('stray', 'x')
  await rig.desk.save({ version: 1, name: 'x', connectors: [] }, rig.file.revision)
  expect(rig.vault.names()).not.toContain('stray')
})
