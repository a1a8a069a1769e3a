import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from 'playwright'
import { expect } from 'vitest'

// What a test does with the UI, in an operator's words. It finds things as a screen reader does: by role and name.

export type ScreenName =
  | 'Overview'
  | 'Workbench'
  | 'Sources'
  | 'Delivery'
  | 'ThingsBoard'
  | 'Activity'
  | 'Versions'
  | 'Dashboard'
  | 'Settings'

export class UiPage {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  async open(screen: ScreenName): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click()
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  field(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true })
  }

  /** The stage's card on the Overview. */
  stage(name: 'Read' | 'Map' | 'Queue' | 'Deliver'): Locator {
    return this.page.getByRole('region', { name, exact: true })
  }

  balance(): Locator {
    return this.page.getByRole('region', { name: 'Delivery balance' })
  }

  async addOpcuaServer(server: { readonly name: string; readonly url: string }): Promise<void> {
    await this.open('Sources')
    await this.page.getByRole('button', { name: 'Add OPC UA server' }).first().click()
    await this.field('Name').fill(server.name)
    await this.field('Endpoint URL').fill(server.url)
  }

  async choose(field: string, option: string): Promise<void> {
    await this.page.getByRole('combobox', { name: field }).click()
    await this.page.getByRole('option', { name: option }).click()
  }

  /** Presses Test and waits for the verdict. */
  async test(): Promise<string> {
    const panel = this.page.getByRole('region', { name: 'Connection test' })
    await panel.getByRole('button', { name: /^Test/ }).click()
    const verdict = panel.getByText(/^(All steps passed|It works|Stops at)/)
    await verdict.waitFor({ timeout: 60_000 })
    return (await verdict.textContent()) ?? ''
  }

  /** Opens the branches in order and selects all variables of the last one, by keyboard alone. */
  async pickAllVariablesOf(...branches: readonly string[]): Promise<void> {
    await this.page.getByRole('tab', { name: 'Devices and keys' }).click()
    await this.page.getByRole('button', { name: 'Pick nodes…' }).first().click()
    const tree = this.page.getByRole('tree', { name: 'Nodes of the source' })
    for (const [index, branch] of branches.entries()) {
      await tree.getByRole('treeitem', { name: branch }).first().waitFor({ timeout: 30_000 })
      await tree.focus()
      await this.page.keyboard.type(branch)
      await this.page.keyboard.press(index === branches.length - 1 ? 'Space' : 'ArrowRight')
    }
    await this.page.getByRole('button', { name: /^Add \d+ keys?$/ }).click({ timeout: 30_000 })
  }

  /** By the keyboard; waits until the form has nothing that is not in the draft. */
  async addToDraft(): Promise<void> {
    await this.page.keyboard.press('Control+s')
    await this.page.getByText('Not in the draft yet').waitFor({ state: 'detached' })
  }

  /** Reviews and applies the draft by the keyboard; the toast that says so is dismissed. */
  async apply(): Promise<void> {
    await this.page.keyboard.press('Control+Enter')
    await this.review().getByRole('grid', { name: 'Changes' }).waitFor({ timeout: 30_000 })
    await expect
      .poll(() =>
        this.review()
          .getByRole('button', { name: /^Apply/ })
          .isEnabled(),
      )
      .toBe(true)
    await this.page.keyboard.press('Control+Enter')
    await this.review().waitFor({ state: 'detached', timeout: 30_000 })
    await this.toast(/^Config #\d+ applied/).waitFor({ timeout: 30_000 })
  }

  /** What is being edited becomes what runs. */
  async save(): Promise<void> {
    await this.addToDraft()
    await this.apply()
  }

  review(): Locator {
    return this.page.getByRole('dialog', { name: /^Review/ })
  }

  toast(words: RegExp): Locator {
    return this.page.getByRole('region', { name: 'Results' }).getByText(words)
  }

  async connectThingsboard(host: string, port: number, token: string): Promise<void> {
    await this.open('ThingsBoard')
    await this.field('Host').fill(host)
    await this.field('Port').fill(String(port))
    await this.field('Access token').fill(token)
  }

  /** Serious and critical findings of axe on what is on screen now. */
  async accessibilityFindings(): Promise<string[]> {
    // Legacy mode opens no second page, which an Electron context can not; there are no frames to look into.
    const { violations } = await new AxeBuilder({ page: this.page }).setLegacyMode(true).analyze()
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    return grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
  }

  /** A colour that is still fading to another theme is not a finding: it is looked at again. One look takes seconds. */
  async expectAccessible(): Promise<void> {
    await expect.poll(() => this.accessibilityFindings(), { timeout: 20_000, interval: 300 }).toEqual([])
  }
}
