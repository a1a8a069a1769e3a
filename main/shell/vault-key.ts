import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { GatewayError } from '../engine/kit/gateway-error.ts'

// The key of the gateway's own vault: 32 random bytes, made once per data folder. Where the system has a real secret store
// (Windows DPAPI, macOS Keychain, libsecret, KWallet) the key lies in the data folder wrapped by it (`vault.key.json`);
// otherwise as a key file that only this user may read (`vault.key`, the form the headless gateway uses). What can not be
// unwrapped is kept as it is, never overwritten: the store may be open again at the next start.

export interface VaultKey {
  readonly key: Uint8Array
  readonly protection: 'system' | 'key-file' | 'locked'
  /** A sentence for the log and the operator. */
  readonly detail: string
}

/** The part of Electron's safeStorage that is used here. */
export interface SecretStorage {
  isAsyncEncryptionAvailable(): Promise<boolean>
  encryptStringAsync(plain: string): Promise<Buffer>
  decryptStringAsync(wrapped: Buffer): Promise<{ readonly result: string; readonly shouldReEncrypt: boolean }>
  getSelectedStorageBackend(): string
}

const keyBytes = 32
/** A locked keyring asks its user, who may not be there; collecting must not wait for that. */
const storageWaitMs = 15_000

const wrappedFile = z.object({ version: z.literal(1), backend: z.string(), wrapped: z.base64() })

export async function openVaultKey(
  dataDir: string,
  storage: SecretStorage,
  platform: NodeJS.Platform,
): Promise<VaultKey> {
  mkdirSync(dataDir, { recursive: true })
  const plainPath = join(dataDir, 'vault.key')
  const wrappedPath = join(dataDir, 'vault.key.json')
  if (existsSync(wrappedPath)) return unwrap(wrappedPath, storage)
  // A key file that exists stays in use: the headless gateway may share this folder and can not open the system's store.
  if (existsSync(plainPath)) return fromKeyFile(plainPath)

  const backend = await realBackend(storage, platform)
  const key = randomBytes(keyBytes)
  if (backend !== undefined) {
    const wrapped = await within(storageWaitMs, storage.encryptStringAsync(key.toString('base64'))).catch(
      () => undefined,
    )
    if (wrapped) {
      writePrivate(wrappedPath, JSON.stringify({ version: 1, backend, wrapped: wrapped.toString('base64') }))
      return { key, protection: 'system', detail: `Secrets are protected by the system's secret store (${backend}).` }
    }
  }
  writePrivate(plainPath, `${key.toString('hex')}\n`)
  return { key, protection: 'key-file', detail: keyFileDetail(plainPath) }
}

async function unwrap(path: string, storage: SecretStorage): Promise<VaultKey> {
  try {
    const { wrapped } = wrappedFile.parse(JSON.parse(readFileSync(path, 'utf8')))
    const opened = await within(storageWaitMs, storage.decryptStringAsync(Buffer.from(wrapped, 'base64')))
    const key = Buffer.from(opened.result, 'base64')
    if (key.length !== keyBytes) throw new Error(`the key has ${key.length} bytes`)
    if (opened.shouldReEncrypt) {
      const again = await storage.encryptStringAsync(opened.result)
      const backend = storage.getSelectedStorageBackend()
      writePrivate(path, JSON.stringify({ version: 1, backend, wrapped: again.toString('base64') }))
    }
    return { key, protection: 'system', detail: "Secrets are protected by the system's secret store." }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      key: randomBytes(keyBytes),
      protection: 'locked',
      detail:
        `Stored passwords can not be read: the system's secret store does not open ${path} (${why}). ` +
        'Unlock the keyring and start again. Passwords entered now last until the next start.',
    }
  }
}

function fromKeyFile(path: string): VaultKey {
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
  if (key.length !== keyBytes) {
    throw new GatewayError('CONFIG_UNREADABLE', `The key file ${path} does not hold 64 hexadecimal digits`, {
      retry: 'never',
      hint: 'Restore the file from a backup, or remove it and enter the passwords again.',
    })
  }
  return { key, protection: 'key-file', detail: keyFileDetail(path) }
}

function keyFileDetail(path: string): string {
  return (
    `Secrets are protected only by the permissions of ${path}: this desktop has no secret store (keyring). ` +
    'Whoever can read that file can read the stored passwords.'
  )
}

/** The name of a store that really protects; Electron's basic_text is a fixed password and counts as none. */
async function realBackend(storage: SecretStorage, platform: NodeJS.Platform): Promise<string | undefined> {
  const available = await within(storageWaitMs, storage.isAsyncEncryptionAvailable()).catch(() => false)
  if (!available) return undefined
  if (platform !== 'linux') return platform === 'win32' ? 'dpapi' : 'keychain'
  const backend = storage.getSelectedStorageBackend()
  return backend === 'basic_text' || backend === 'unknown' ? undefined : backend
}

function writePrivate(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
