import { readFile } from 'node:fs/promises'
import { type Dashboard, dashboardSchema } from '../../../shared/api/watch-requests.ts'
import { writeFileAtomic } from '../config/atomic-write.ts'
import { GatewayError } from '../kit/gateway-error.ts'
import { pinName } from './sampler.ts'

// dashboard.json in the data folder: what somebody pinned. A file that can not be read counts as empty and is replaced by the
// next save; nothing but the screen depends on it.

export class DashboardFile {
  readonly #path: string
  #dashboard: Dashboard = dashboardSchema.parse({})
  #revision = 1
  #saving: Promise<unknown> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
  }

  get view(): { readonly dashboard: Dashboard; readonly revision: number } {
    return { dashboard: this.#dashboard, revision: this.#revision }
  }

  /** Names of everything on it, as of `pinName`. */
  get pins(): ReadonlySet<string> {
    return new Set(this.#dashboard.cards.flatMap((card) => card.items.map(({ device, key }) => pinName(device, key))))
  }

  async load(): Promise<void> {
    try {
      const parsed = dashboardSchema.safeParse(JSON.parse(await readFile(this.#path, 'utf8')))
      if (parsed.success) this.#dashboard = parsed.data
    } catch {
      // None yet, or not one: an empty dashboard it is.
    }
  }

  /** Fails with CONFIG_CONFLICT when another window saved since `revision`. */
  async save(dashboard: Dashboard, revision: number): Promise<{ revision: number }> {
    if (revision !== this.#revision) {
      throw new GatewayError('CONFIG_CONFLICT', 'The dashboard was changed in another window', {
        hint: 'It is loaded again; make your change once more.',
      })
    }
    this.#dashboard = dashboard
    this.#revision += 1
    const saved = this.#saving.then(() => writeFileAtomic(this.#path, `${JSON.stringify(dashboard, undefined, 2)}\n`))
    this.#saving = saved.catch(() => undefined)
    await saved
    return { revision: this.#revision }
  }
}
