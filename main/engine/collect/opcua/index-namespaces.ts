import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'

/** The first line of an index: as many URIs as a server can have are still far below. */
const headLimitBytes = 4_194_304
const newline = 10

const headSchema = z.object({
  endpointUrl: z.string(),
  takenAt: z.number(),
  namespaces: z.array(z.string()),
})

/**
 * Namespaces by address of every server that was browsed, the newest where there are several; from the first lines of the
 * indexes in `folder` (see index-file.ts). What can not be read is as good as none.
 */
export async function knownNamespaces(folder: string): Promise<Map<string, readonly string[]>> {
  const newest = new Map<string, z.infer<typeof headSchema>>()
  for (const name of await readdir(folder).catch(() => [])) {
    const head = name.endsWith('.index') ? await headOf(join(folder, name)) : undefined
    if (head && (newest.get(head.endpointUrl)?.takenAt ?? 0) <= head.takenAt) newest.set(head.endpointUrl, head)
  }
  return new Map([...newest].map(([endpointUrl, { namespaces }]) => [endpointUrl, namespaces]))
}

async function headOf(path: string): Promise<z.infer<typeof headSchema> | undefined> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      const bytes = Buffer.alloc(Math.min(size, headLimitBytes))
      await file.read(bytes, 0, bytes.length, 0)
      return headSchema.parse(JSON.parse(bytes.toString('utf8', 0, bytes.indexOf(newline))))
    } finally {
      await file.close()
    }
  } catch {
    return undefined
  }
}
