import { createHash } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import * as z from 'zod'
import type { GatewayConfig } from '../../../shared/config/gateway.ts'
import { writeFileAtomic } from './atomic-write.ts'
import { checkConfig } from './load.ts'

// One applied configuration as a file: JSON, whose first line is what the list shows and whose rest is the configuration.

const headerSchema = z.object({
  number: z.int().min(1),
  at: z.number(),
  author: z.string(),
  note: z.string(),
  added: z.number(),
  changed: z.number(),
  removed: z.number(),
  sources: z.number(),
  devices: z.number(),
  keys: z.number(),
  /** Records of the vault it refers to. */
  secrets: z.array(z.string()),
  /** SHA-256 of the configuration's text below, hex. */
  sha256: z.string(),
})

export type VersionHeader = z.infer<typeof headerSchema>

export type VersionContent =
  | { readonly kind: 'read'; readonly config: GatewayConfig }
  | { readonly kind: 'damaged'; readonly why: string }

/** The names of 1,000 secrets are far less. */
const headerLimit = 256 * 1024
const before = '{"version":'
const between = ',\n"document":'
const after = '}\n'

/** Resolves to what was written. */
export async function writeVersion(
  path: string,
  header: Omit<VersionHeader, 'sha256'>,
  config: GatewayConfig,
): Promise<{ header: VersionHeader; bytes: number }> {
  const document = JSON.stringify(config)
  const whole: VersionHeader = { ...header, sha256: digest(document) }
  const content = Buffer.from(`${before}${JSON.stringify(whole)}${between}${document}${after}`)
  await writeFileAtomic(path, content)
  return { header: whole, bytes: content.length }
}

/** Undefined: damaged. */
export async function readHeader(path: string): Promise<VersionHeader | undefined> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerLimit), 0, headerLimit, 0)
    return parseHeader(buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0] ?? '')
  } finally {
    await file.close()
  }
}

export async function readVersion(path: string): Promise<VersionContent> {
  const document = await readDocument(path)
  if (document === undefined) return { kind: 'damaged', why: 'it can not be read, or its checksum does not fit' }
  // Migrates what an older gateway wrote.
  const checked = checkConfig(JSON.parse(document))
  if (checked.kind === 'valid') return { kind: 'read', config: checked.config }
  const [first] = checked.problems
  return { kind: 'damaged', why: `this gateway can not use it (${first?.path}: ${first?.message})` }
}

/** Whether the file is as it was written. */
export async function isIntact(path: string): Promise<boolean> {
  return (await readDocument(path)) !== undefined
}

/** Whether a version holds exactly this configuration, told without reading it. False can also mean another order of members. */
export function holds(header: VersionHeader, config: GatewayConfig): boolean {
  return digest(JSON.stringify(config)) === header.sha256
}

/** The configuration's text; undefined when it is not what was written. */
async function readDocument(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const header = parseHeader(text.split('\n', 1)[0] ?? '')
  const start = text.indexOf(between)
  const document = text.slice(start + between.length, -after.length)
  return header && start !== -1 && digest(document) === header.sha256 ? document : undefined
}

function parseHeader(firstLine: string): VersionHeader | undefined {
  if (!firstLine.startsWith(before) || !firstLine.endsWith(',')) return undefined
  try {
    const parsed = headerSchema.safeParse(JSON.parse(firstLine.slice(before.length, -1)))
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
