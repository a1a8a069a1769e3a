import { afterAll, beforeAll, expect, test } from 'vitest'
import { UiServer } from '../../main/headless/server.ts'
import type { ConfigChange } from '../../shared/api/draft-requests.ts'
import { ensureBundle } from './bundle.ts'
import { versionRow } from './fixtures/scripted-draft.ts'
import { ScriptedGateway } from './fixtures/scripted-gateway.ts'
import { openPage } from './headless-host.ts'
import { UiPage } from './ui-page.ts'

// What draft, review and versions say in states the real engine can not be brought into on demand.

const token = 'draft-states-token-0123456789-0123456789'
const gateway = new ScriptedGateway()
const server = new UiServer({ gateway, token, rendererFolder: `${ensureBundle()}/out/renderer` })
const { draft } = gateway
let ui: UiPage
let close: () => Promise<void>

beforeAll(async () => {
  await server.listen('127.0.0.1', 0)
  const opened = await openPage(`${server.origin}/#token=${token}`)
  ui = new UiPage(opened.page)
  close = opened.close
})
afterAll(async () => {
  await close?.()
  await server.close()
})

const pending = () => ui.page.getByRole('region', { name: 'Draft', exact: true })
const changes = () => ui.review().getByRole('grid', { name: 'Changes' })

function keyChange(n: number): ConfigChange {
  return {
    kind: 'changed',
    subject: 'key',
    where: ['Line 3', `Motor_${n}`, 'Speed'],
    id: `connectors[line-3].devices[Motor_${n}].keys[Speed]`,
    connectorId: 'line-3',
    keys: 0,
    fields: [{ name: 'report', before: 'on change', after: 'deadband 5 rpm' }],
  }
}

async function rename(name: string): Promise<void> {
  await ui.open('Settings')
  await ui.page.getByRole('link', { name: 'Gateway', exact: true }).click()
  await ui.field('Name of this gateway').fill(name)
  await ui.page.keyboard.press('Control+s')
}

test('without a version the list says what creates the first one', async () => {
  await ui.open('Versions')
  await ui.page.getByRole('heading', { name: 'No versions yet' }).waitFor()
  await ui.page.getByText('The first apply creates version #1.', { exact: false }).waitFor()
  await ui.expectAccessible()
  await ui.page.keyboard.press('Control+Enter')
  await ui.review().getByRole('heading', { name: 'No changes' }).waitFor()
  await ui.expectAccessible()
  await ui.page.keyboard.press('Escape')
})

test('an edit made on a draft that somebody changed first is made again on the newer one', async () => {
  draft.moveOn()
  await rename('Line 5')
  await expect.poll(() => draft.config.name).toBe('Line 5')
  await pending().getByText('1 change', { exact: true }).waitFor()
})

test('an edit the engine refuses is taken back on screen, and the reason stays until it is read', async () => {
  draft.refusals.set('draft.edit', { code: 'STORE_DISK_FULL', message: 'The disk is full.', hint: 'Free some space.' })
  await rename('Line 6')
  await ui.toast(/^Not done: Rename the gateway to Line 6/).waitFor()
  await ui.toast(/The disk is full\. Free some space\./).waitFor()
  await ui.expectAccessible()
  draft.refusals.clear()
  expect(draft.config.name).toBe('Line 5')
  await ui.button('Dismiss').click()
})

test('5,000 changes are told, 2,000 are listed, and only what is on screen exists', async () => {
  draft.changes = Array.from({ length: 5000 }, (_, n) => keyChange(n))
  draft.announce()
  await pending().getByText('5000 changes').waitFor()
  await ui.page.keyboard.press('Control+Enter')
  await changes().getByText('Motor_0 › Speed').waitFor()
  await ui.review().getByText('The first 2,000 of 5,000 changes are listed; all are applied.').waitFor()
  expect(Number(await changes().getAttribute('aria-rowcount'))).toBe(2001)
  expect(await changes().getByRole('row').count()).toBeLessThan(80)
  await changes().focus()
  await ui.page.keyboard.press('End')
  await changes().getByText('Motor_1999 › Speed').waitFor()
  await ui.expectAccessible()
})

test('what was changed in another window while it was reviewed is not applied unseen', async () => {
  draft.moveOn()
  await ui.page.keyboard.press('Control+Enter')
  await ui.review().getByText('The draft was changed in another window meanwhile.', { exact: false }).waitFor()
  expect(draft.applied).toEqual([])
})

test('what the engine refuses to apply is listed with its places, and nothing is closed', async () => {
  draft.changes = [keyChange(1)]
  draft.problems = [{ path: 'connectors[0].endpointUrl', message: 'is needed' }]
  draft.announce()
  await ui.page.getByRole('dialog', { name: 'Review 1 change', exact: true }).waitFor()
  await expect
    .poll(async () => {
      await ui.page.keyboard.press('Control+Enter')
      return ui.review().getByText('connectors[0].endpointUrl: is needed').isVisible()
    })
    .toBe(true)
  await ui.expectAccessible()
  draft.problems = []
  await ui.page.keyboard.press('Escape')
})

test('a check that found something says what, where and what to do', async () => {
  draft.checks = [
    { check: 'names', state: 'ok', detail: 'All names are unique.', hint: '', about: [] },
    {
      check: 'types',
      state: 'warning',
      detail: '1 key changes its type from Double to String.',
      hint: 'Charts in ThingsBoard may break.',
      about: ['Motor_1 / Speed'],
    },
  ]
  draft.touched = ['Line 3']
  await ui.page.keyboard.press('Control+Enter')
  const checks = ui.review().getByRole('region', { name: 'Checks' })
  await checks.getByText('1 key changes its type from Double to String.').waitFor()
  await checks.getByText('See it').click()
  await checks.getByText('Motor_1 / Speed').waitFor()
  await ui.review().getByText('1 source is touched. Every other source keeps running.').waitFor()
  await ui.review().getByText('−126 values/min').waitFor()
  await ui.expectAccessible()
  await ui.page.keyboard.press('Escape')
})

test('what is typed and not in the draft is named in the review, for it is not applied', async () => {
  await ui.open('ThingsBoard')
  await ui.field('Host').fill('other.plant.example')
  await ui.page.keyboard.press('Control+Enter')
  const note = ui.review().getByText('Edits that are not in the draft yet: ThingsBoard. They are not applied.')
  await note.waitFor()
  await ui.expectAccessible()
  await ui.page.keyboard.press('Escape')
  await ui.button('Discard edits').click()
})

test('a damaged version is flagged and can not be restored; the others can', async () => {
  draft.versions = [
    versionRow({ number: 3, state: 'running' }),
    versionRow({ number: 2, state: 'damaged' }),
    versionRow({ number: 1 }),
  ]
  await ui.page.reload()
  await ui.open('Versions')
  const list = ui.page.getByRole('grid', { name: 'Applied configurations' })
  await list.getByText('Damaged').waitFor({ timeout: 30_000 })
  expect(await list.getByRole('button', { name: 'Restore version #2' }).isDisabled()).toBe(true)
  expect(await list.getByRole('button', { name: 'Restore version #1' }).isEnabled()).toBe(true)
  await ui.expectAccessible()
})

test('a version that was taken back by itself is told, whichever screen is open', async () => {
  draft.trial = { version: 3, until: Date.now() + 40_000 }
  draft.announce()
  await ui.open('Overview')
  const trial = ui.page.getByRole('region', { name: 'Config #3 is on trial' })
  await trial.getByText(/^It is taken back by itself in \d+ s unless/).waitFor()
  await ui.expectAccessible()
  draft.versions = [versionRow({ number: 4, state: 'running' }), versionRow({ number: 3, state: 'rolled back' })]
  draft.trial = null
  draft.announce()
  await trial.waitFor({ state: 'detached' })
  await ui.toast(/^Config #3 was taken back by itself: delivery did not come back in time\./).waitFor()
  await ui.button('Dismiss').click()
})

test('a configuration from elsewhere waits beside the draft, and every conflict is decided by name', async () => {
  draft.proposal = { author: 'ThingsBoard', note: 'Remote configuration' }
  draft.conflicts = Array.from({ length: 300 }, (_, n) => ({
    id: `c${n}`,
    where: ['Line 3', `Motor_${n}`, 'report'],
    base: 'on change',
    ours: 'deadband 5 rpm',
    theirs: 'interval 10 s',
  }))
  draft.announce()
  await ui.page.getByRole('link', { name: 'Look at it' }).click()
  const proposal = ui.page.getByRole('region', { name: 'Proposed configuration' })
  await proposal.getByText('300 things were changed differently in your draft.', { exact: false }).waitFor()
  expect(await proposal.getByRole('radiogroup').count()).toBeLessThan(40)
  await ui.expectAccessible()
  await ui.page.emulateMedia({ colorScheme: 'dark' })
  await ui.expectAccessible()
  await ui.page.emulateMedia({ colorScheme: 'light' })
  await ui.button('All theirs').click()
  await proposal.getByRole('radiogroup', { name: 'Line 3 › Motor_1 › report' }).getByText('Yours').click()
  await ui.button('Merge into draft').click()
  await expect.poll(() => draft.merged.length).toBe(1)
  expect(draft.merged[0]).toHaveLength(299)
  expect(draft.merged[0]).not.toContain('c1')
  // What was merged is reviewed next.
  await ui.review().waitFor()
  await ui.page.keyboard.press('Escape')
  await ui.review().waitFor({ state: 'detached' })
})

test('the palette finds screens, commands and typed NodeIds, at most 50, and is left by Escape', async () => {
  const palette = ui.page.getByRole('dialog', { name: 'Search or run a command' })
  // What is typed before it is there, or while the one before is still closing, goes elsewhere.
  const open = async (): Promise<void> => {
    await palette.waitFor({ state: 'detached' })
    await ui.page.keyboard.press('Control+k')
    await palette.getByRole('option', { name: /^Overview/ }).waitFor()
  }
  await open()
  expect(await palette.getByRole('option').count()).toBeLessThanOrEqual(50)
  await ui.page.keyboard.type('density touch')
  await ui.page.keyboard.press('Enter')
  await palette.waitFor({ state: 'detached' })
  expect(await ui.page.evaluate(() => document.documentElement.dataset['density'])).toBe('touch')
  await open()
  await ui.expectAccessible()
  await ui.page.keyboard.type('normal')
  await ui.page.keyboard.press('Enter')
  await open()
  await ui.page.keyboard.type('no such thing at all')
  await palette.getByText('Nothing found').waitFor()
  await ui.expectAccessible()
  await ui.page.keyboard.press('Escape')
  await palette.waitFor({ state: 'detached' })
})

test('letters typed right after Ctrl+K reach the palette, also one that replaces another', async () => {
  const palette = ui.page.getByRole('dialog', { name: 'Search or run a command' })
  for (let round = 0; round < 5; round++) {
    await ui.page.keyboard.press('Control+k')
    await ui.page.keyboard.type('overview')
    await ui.page.keyboard.press('Enter')
    await ui.page.keyboard.press('Control+k')
    await ui.page.keyboard.type('nothing like this')
    await palette.getByText('Nothing found').waitFor()
    expect(await palette.getByRole('combobox').inputValue()).toBe('nothing like this')
    await ui.page.keyboard.press('Escape')
    await palette.waitFor({ state: 'detached' })
  }
})

test('F6 goes round the parts of the screen, and the keys are listed', async () => {
  await ui.open('Settings')
  await ui.page.getByRole('navigation', { name: 'Settings' }).waitFor()
  const inRegion = (): Promise<string | undefined> =>
    ui.page.evaluate(
      () => document.activeElement?.closest('.rail, .top-bar, .settings-nav, .settings-section')?.className,
    )
  await ui.page.keyboard.press('F6')
  expect(await inRegion()).toContain('top-bar')
  await ui.page.keyboard.press('F6')
  expect(await inRegion()).toContain('settings-nav')
  await ui.page.keyboard.press('F6')
  expect(await inRegion()).toContain('settings-section')
  await ui.page.keyboard.press('Shift+F6')
  expect(await inRegion()).toContain('settings-nav')
  await ui.page.keyboard.press('F1')
  await ui.page.getByRole('dialog', { name: 'Keys' }).getByText('Review the draft; in the review: apply it').waitFor()
  await ui.expectAccessible()
  await ui.page.keyboard.press('Escape')
})

test('the rail with its nine places, the top bar and the dialogs fit the smallest window', async () => {
  await ui.page.setViewportSize({ width: 1024, height: 700 })
  const rail = ui.page.getByRole('navigation', { name: 'Screens' })
  const last = await rail.getByRole('link').last().boundingBox()
  expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(700)
  const overflow = (): Promise<number> =>
    ui.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  expect(await overflow()).toBeLessThanOrEqual(0)
  await ui.page.keyboard.press('Control+Enter')
  const apply = ui.review().getByRole('button', { name: /^Apply/ })
  await apply.waitFor()
  const box = await apply.boundingBox()
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(700)
  expect(await overflow()).toBeLessThanOrEqual(0)
})
