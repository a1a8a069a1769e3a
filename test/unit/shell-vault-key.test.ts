import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { openVaultKey, type SecretStorage } from '../../main/shell/vault-key.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vault-key-'))
})

function storage(part: Partial<SecretStorage> = {}): SecretStorage {
  return {
    isAsyncEncryptionAvailable: async () => true,
    encryptStringAsync: async (plain) => Buffer.from(`sealed:${plain.split('').reverse().join('')}`),
    decryptStringAsync: async (wrapped) => ({
      result: wrapped.toString().slice('sealed:'.length).split('').reverse().join(''),
      shouldReEncrypt: false,
    }),
    getSelectedStorageBackend: () => 'gnome_libsecret',
    ...part,
  }
}

test('with basic_text the key is a private file and the sentence says what that means', async () => {
  const opened = await openVaultKey(folder, storage({ getSelectedStorageBackend: () => 'basic_text' }), 'linux')
  expect(opened.protection).toBe('key-file')
  expect(opened.detail).toContain('Whoever can read that file can read the stored passwords')
  const path = join(folder, 'vault.key')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8').trim()).toBe(Buffer.from(opened.key).toString('hex'))
})

test('a store that does not open leaves the wrapped key as it is and says so', async () => {
  await openVaultKey(folder, storage(), 'linux')
  const before = readFileSync(join(folder, 'vault.key.json'), 'utf8')
  const refusing = storage({ decryptStringAsync: () => Promise.reject(new Error('keyring is locked')) })
  const opened = await openVaultKey(folder, refusing, 'linux')
  expect(opened.protection).toBe('locked')
  expect(opened.detail).toContain('keyring is locked')
  expect(opened.key).toHaveLength(32)
  expect(readFileSync(join(folder, 'vault.key.json'), 'utf8')).toBe(before)
})

test('a damaged key file is an operating error with a cure, not a new key', async () => {
  writeFileSync(join(folder, 'vault.key'), 'nonsense')
  await expect(openVaultKey(folder, storage(), 'linux')).rejects.toMatchObject({
    code: 'CONFIG_UNREADABLE',
    hint: expect.stringContaining('backup'),
  })
  expect(readFileSync(join(folder, 'vault.key'), 'utf8')).toBe('nonsense')
})

test('with a real store the key is never on disk in the clear and comes back the same', async () => {
  const first = await openVaultKey(folder, storage(), 'linux')
  expect(first.protection).toBe('system')
  const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  expect(written.join()).not.toContain(Buffer.from(first.key).toString('base64'))
  const second = await openVaultKey(folder, storage(), 'linux')
  expect(second.key).toEqual(first.key)
})

test('the key file of a headless gateway stays in use', async () => {
  writeFileSync(join(folder, 'vault.key'), `${'ab'.repeat(32)}\n`)
  const opened = await openVaultKey(folder, storage(), 'linux')
  expect(opened).toMatchObject({ protection: 'key-file', key: Buffer.from('ab'.repeat(32), 'hex') })
})
