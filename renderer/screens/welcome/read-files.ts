import { importLimits } from '../../../shared/api/setup-requests.ts'

// Files somebody drops or chooses, as texts. What can not be a configuration is left where it is.

export interface NamedText {
  readonly name: string
  readonly text: string
}

interface ReadFiles {
  readonly texts: readonly NamedText[]
  /** Left out: too large, too many, or of another kind. */
  readonly skipped: number
}

/** A configuration of thousands of mappings; larger files are logs and data. */
const fileLimitBytes = 4_000_000
const totalLimitBytes = 16_000_000
const readable = /(\.(json|ya?ml|env|txt|conf)|^\.?env|compose[^/]*)$/i
const foldersDeep = 4

export async function readFiles(files: readonly File[]): Promise<ReadFiles> {
  const wanted = files.filter((file) => readable.test(file.name) && file.size <= fileLimitBytes)
  const texts: NamedText[] = []
  let bytes = 0
  for (const file of wanted) {
    if (texts.length >= importLimits.files || bytes + file.size > totalLimitBytes) continue
    bytes += file.size
    texts.push({ name: file.webkitRelativePath || file.name, text: await file.text() })
  }
  return { texts, skipped: files.length - texts.length }
}

/** Of a drop, folders included. Must be called within the event: its items are gone afterwards. */
export function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null)
  if (entries.length === 0) return Promise.resolve([...transfer.files])
  return Promise.all(entries.map((entry) => filesOf(entry, 0))).then((lists) => lists.flat())
}

async function filesOf(entry: FileSystemEntry, depth: number): Promise<File[]> {
  if (entry.isFile) {
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))]
  }
  if (!entry.isDirectory || depth >= foldersDeep) return []
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: File[] = []
  // A folder comes in pieces; the last one is empty.
  for (;;) {
    const piece = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (piece.length === 0 || found.length > importLimits.files * 2) return found
    for (const child of piece) found.push(...(await filesOf(child, depth + 1)))
  }
}

/** Texts the first step read that hold more than an address: the import goes on with them. */
let kept: readonly NamedText[] = []

export function keepForImport(texts: readonly NamedText[]): void {
  kept = texts
}

export function takeForImport(): readonly NamedText[] {
  const texts = kept
  kept = []
  return texts
}
