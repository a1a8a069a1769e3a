import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import * as z from 'zod'

// What the desktop shell remembers about itself, in shell.json of the data folder. Never the gateway's configuration. It is
// read synchronously because switching off hardware acceleration is only possible before Electron is ready. A broken or
// missing file gives the defaults; a value out of range gives that one's default.

const bounds = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(320).max(16_384),
  height: z.int().min(240).max(16_384),
  maximized: z.boolean(),
})
export type WindowBounds = z.infer<typeof bounds>

const schema = z.object({
  window: bounds.optional().catch(undefined),
  /** The operator has been told that closing the window does not stop collecting. */
  closeExplained: z.boolean().catch(false),
  /** Chosen in Settings of the window; null = that of the desktop. */
  language: z.enum(['en', 'de', 'zh']).nullable().catch(null),
  /** `minimize` for desktops that show no tray icons. */
  onClose: z.enum(['tray', 'minimize']).catch('tray'),
  /** A hidden window is destroyed after this long: its renderer costs about 110 MB. */
  hiddenWindowSeconds: z.number().min(0).max(86_400).catch(60),
  /** Switched off by itself after three crashes of the GPU process: old drivers, remote desktops. */
  hardwareAcceleration: z.boolean().catch(true),
  /** Keeps the PC from falling asleep while it collects; the screen may sleep. */
  keepAwake: z.boolean().catch(true),
})
export type ShellSettings = z.infer<typeof schema>

export class SettingsFile {
  readonly #path: string
  #settings: ShellSettings

  constructor(path: string) {
    this.#path = path
    this.#settings = schema.parse(readObject(path))
  }

  get value(): ShellSettings {
    return this.#settings
  }

  /** Atomic (new file, then rename). Throws what the file system says. */
  change(part: Partial<ShellSettings>): void {
    this.#settings = { ...this.#settings, ...part }
    mkdirSync(dirname(this.#path), { recursive: true })
    const next = `${this.#path}.new`
    writeFileSync(next, `${JSON.stringify(this.#settings, null, 2)}\n`)
    renameSync(next, this.#path)
  }
}

function readObject(path: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
