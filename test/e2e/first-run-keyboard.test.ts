import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FirstRunWorld, startWorld } from './first-run.ts'
import { type HeadlessHost, startHeadless } from './headless-host.ts'

let world: FirstRunWorld
let host: HeadlessHost

beforeAll(async () => {
  world = await startWorld()
  host = await startHeadless()
})
afterAll(async () => {
  await host?.stop()
  await world?.stop()
})

/** Tab stops until a button is reached; a page that hides it from the keyboard fails here. */
const stopsLimit = 60

/** Presses Tab until the control has the focus, then Enter: no pointer anywhere. */
async function press(name: RegExp, key = 'Enter'): Promise<void> {
  const { page } = host
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const element = document.activeElement
      return element?.getAttribute('aria-label') ?? element?.textContent ?? ''
    })
  for (let stops = 0; stops < stopsLimit; stops++) {
    if (name.test((await focused()).trim())) {
      await page.keyboard.press(key)
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`${name} can not be reached with Tab`)
}

test('the first run is completed by keyboard alone, and leaving it on the way loses nothing', async () => {
  const { page } = host
  await page.getByRole('heading', { name: 'Send machine data to ThingsBoard' }).waitFor({ timeout: 30_000 })
  await press(/^Connect my plant/)
  await page.getByRole('heading', { name: /Where should the data go/ }).waitFor()
  // The field to paste into has the focus already.
  await page.keyboard.insertText(`127.0.0.1:${world.thingsboard.port} ${world.token}`)
  await page.getByText(/^(All steps passed|It works)/).waitFor({ timeout: 30_000 })
  await press(/^Next$/)
  await page.getByRole('heading', { name: /Which machine/ }).waitFor()
  await page.getByRole('button', { name: 'Trust this server' }).waitFor({ timeout: 30_000 })

  // Away to another screen, and back by way of the Overview: everything is still there.
  await press(/^Leave the set-up$/)
  await page.getByRole('heading', { name: 'Nothing connected yet' }).waitFor()
  await press(/^Go on with the set-up$/)
  await press(/^Go on with connecting my plant/)
  expect(await page.getByRole('textbox', { name: 'Paste anything you have' }).inputValue()).toContain(world.token)
  await page.getByText(/^(All steps passed|It works)/).waitFor({ timeout: 30_000 })
  await press(/^Next$/)

  await page.getByRole('button', { name: 'Trust this server' }).waitFor({ timeout: 30_000 })
  await press(/^Trust this server$/)
  await page.getByText(/^(All steps passed|It works)/).waitFor({ timeout: 30_000 })
  await press(/^Next$/)
  await page.getByText(/^Suggestions from/).waitFor({ timeout: 60_000 })

  // A window that is closed and opened again goes on with the machine that was chosen.
  await page.reload()
  await page.getByRole('checkbox', { name: /^2 × Tank/ }).waitFor({ timeout: 30_000 })
  await page.getByText(/^Suggestions from/).waitFor({ timeout: 60_000 })
  // One group is left out with Space.
  await press(/^2 × Tank/, 'Space')
  expect(await page.getByRole('checkbox', { name: /^2 × Tank/ }).isChecked()).toBe(false)
  await press(/^Start delivering$/)
  await page.getByText(/first value acknowledged by ThingsBoard/).waitFor({ timeout: 60_000 })
  await press(/^Open the Overview$/)
  await page.getByRole('grid', { name: 'Devices' }).getByText('Motor_01').waitFor({ timeout: 30_000 })
  expect(await page.getByRole('grid', { name: 'Devices' }).getByText('Tank_01').count()).toBe(0)
}, 180_000)
