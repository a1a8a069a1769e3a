import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as z from 'zod'
import { writeFileAtomic } from '../engine/config/atomic-write.ts'
import { GatewayError } from '../engine/kit/gateway-error.ts'

// What the headless host keeps beside the engine's own files: vault.key opens the vault, access.json tells `status` where the
// running instance listens. Both are for this user's eyes only.

const keyBytes = 32
const folderMode = 0o700

export async function prepareDataFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder)
  } catch (error) {
    throw new GatewayError('STORE_FAULT', `The data folder ${folder} can not be created`, {
      hint: 'Choose a folder this user may write to.',
      cause: error,
    })
  }
}

/**
 * `recursive` of mkdir tries for ever where a folder exists and nothing can be made in it (/proc); this tries once per folder.
 */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: folderMode })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' && dirname(folder) !== folder) {
      await makeFolder(dirname(folder))
      await mkdir(folder, { mode: folderMode })
    } else if (code !== 'EEXIST' || !(await stat(folder)).isDirectory()) throw error
  }
}

/** 64 hexadecimal digits in `vault.key`, made at the first start; the desktop application reads the same file. */
export async function openVaultKey(folder: string): Promise<Uint8Array> {
  const path = join(folder, 'vault.key')
  try {
    await writeFile(path, `${randomBytes(keyBytes).toString('hex')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new GatewayError('STORE_FAULT', `The key file ${path} can not be written`, {
        hint: 'Check that the folder is writable and has free space.',
        cause: error,
      })
    }
  }
  const text = await readFile(path, 'utf8')
  const key = Buffer.from(text.trim(), 'hex')
  if (key.length === keyBytes) return key
  throw new GatewayError('CONFIG_UNREADABLE', `The key file ${path} does not hold 64 hexadecimal digits`, {
    retry: 'never',
    hint: 'Restore the file from a backup, or remove it and enter the passwords again.',
  })
}

/** `ui` is absent with `--ui off`. */
const accessSchema = z.object({
  pid: z.int(),
  ui: z.object({ url: z.url(), token: z.string().min(16) }).optional(),
})
export type Access = z.infer<typeof accessSchema>

/** Written when the engine runs, so it is always the instance that holds the folder that is named here. */
export async function writeAccess(folder: string, access: Access): Promise<void> {
  await writeFileAtomic(join(folder, 'access.json'), `${JSON.stringify(access)}\n`)
}

/** Undefined when nobody left one; the named instance may be gone all the same. */
export async function readAccess(folder: string): Promise<Access | undefined> {
  try {
    return accessSchema.parse(JSON.parse(await readFile(join(folder, 'access.json'), 'utf8')))
  } catch {
    return undefined
  }
}

export async function removeAccess(folder: string): Promise<void> {
  await rm(join(folder, 'access.json'), { force: true })
}
