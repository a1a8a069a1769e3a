import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFile, rename } from 'node:fs/promises'
import * as z from 'zod'
import { assert } from '../../../shared/assert.ts'
import { causeText, GatewayError } from '../kit/gateway-error.ts'
import { writeFileAtomic } from './atomic-write.ts'

// Passwords and tokens of this data folder, each encrypted by itself (AES-256-GCM, its name bound as associated data, so that
// records can not be swapped). Promise: without the host's 32-byte key the file tells names only; with a wrong key the vault
// is `locked`, says so and stays untouched until somebody enters a secret again, which sets the old file aside.

export type VaultState = { readonly kind: 'open' } | { readonly kind: 'locked'; readonly detail: string }

const recordSchema = z.strictObject({ iv: z.base64(), data: z.base64(), tag: z.base64() })
const fileSchema = z.strictObject({
  version: z.literal(1),
  /** A known text under the key: tells a wrong key from a damaged record. */
  check: recordSchema,
  records: z.record(z.string().max(255), recordSchema),
})
type VaultRecord = z.infer<typeof recordSchema>

const checkName = '(check)'
const checkText = 'tb-gateway vault'
/** One per connector and a few for ThingsBoard; the configuration allows 100 connectors. */
const recordLimit = 1000

export class Vault {
  readonly #path: string
  readonly #key: Uint8Array
  #records = new Map<string, string>()
  #state: VaultState = { kind: 'open' }

  /** `key`: 32 bytes from the host (safeStorage, or a key file). */
  constructor({ path, key }: { readonly path: string; readonly key: Uint8Array }) {
    assert(key.length === 32, 'the key of the vault has 32 bytes')
    this.#path = path
    this.#key = key
  }

  get state(): VaultState {
    return this.#state
  }

  /** Reads the file. A missing one is an empty vault; an unreadable or foreign one makes the vault `locked`. */
  async open(): Promise<void> {
    try {
      const text = await readFile(this.#path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      if (text === undefined) return
      const file = fileSchema.parse(JSON.parse(text))
      if (!fits(this.#key, file.check)) throw new Error('it was made with another key: moved PC, user or keyring')
      this.#records = new Map(
        Object.entries(file.records).map(([name, record]) => [name, decrypt(this.#key, name, record)]),
      )
    } catch (error) {
      this.#records.clear()
      const why = error instanceof z.ZodError || error instanceof SyntaxError ? 'it is damaged' : causeText(error)
      this.#state = { kind: 'locked', detail: `the gateway's vault ${this.#path} can not be opened (${why})` }
    }
  }

  get(name: string): string | undefined {
    return this.#records.get(name)
  }

  has(name: string): boolean {
    return this.#records.has(name)
  }

  names(): string[] {
    return [...this.#records.keys()]
  }

  /** Resolves when the secret is on disk. A locked vault is set aside and a new one begins. */
  async set(name: string, value: string): Promise<void> {
    if (this.#records.get(name) === value) return
    if (!this.#records.has(name) && this.#records.size >= recordLimit) {
      throw new GatewayError('CONFIG_INVALID', `The vault holds ${recordLimit} secrets already`, {
        hint: 'Remove connectors that are no longer used.',
      })
    }
    await this.#setAside()
    await this.#write(new Map(this.#records).set(name, value))
  }

  async delete(name: string): Promise<void> {
    if (!this.#records.has(name)) return
    const records = new Map(this.#records)
    records.delete(name)
    await this.#write(records)
  }

  async #write(records: Map<string, string>): Promise<void> {
    const seal = (name: string, text: string): VaultRecord => encrypt(this.#key, name, text)
    const file: z.infer<typeof fileSchema> = {
      version: 1,
      check: seal(checkName, checkText),
      records: Object.fromEntries([...records].map(([name, value]) => [name, seal(name, value)])),
    }
    try {
      await writeFileAtomic(this.#path, `${JSON.stringify(file, undefined, 2)}\n`)
    } catch (error) {
      throw new GatewayError('CONFIG_UNREADABLE', `Writing the vault ${this.#path} failed`, {
        hint: 'Check that the folder exists, is writable and has free space.',
        cause: error,
      })
    }
    this.#records = records
  }

  async #setAside(): Promise<void> {
    if (this.#state.kind === 'open') return
    const aside = `${this.#path}.locked-${new Date().toISOString().replaceAll(':', '-')}`
    await rename(this.#path, aside).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    this.#state = { kind: 'open' }
  }
}

const ivBytes = 12

function encrypt(key: Uint8Array, name: string, text: string): VaultRecord {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return { iv: iv.toString('base64'), data: data.toString('base64'), tag: cipher.getAuthTag().toString('base64') }
}

function fits(key: Uint8Array, check: VaultRecord): boolean {
  try {
    return decrypt(key, checkName, check) === checkText
  } catch {
    return false
  }
}

/** Throws when the key, the name or the content does not fit. */
function decrypt(key: Uint8Array, name: string, record: VaultRecord): string {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(record.iv, 'base64'), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(name)).setAuthTag(Buffer.from(record.tag, 'base64'))
  return Buffer.concat([decipher.update(Buffer.from(record.data, 'base64')), decipher.final()]).toString('utf8')
}
