import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Random } from '../../model/simulation/random.ts'
import type { Step } from './recording.ts'

// What a disk holds after the power went away. Data that was not synced may be there, in part, or not at all; names (create,
// rename, remove) become durable in the order they were made, at the latest when the file or its folder is synced, as ext4,
// XFS and NTFS keep them in a journal.

/** none: nothing that was not synced; some: each write or not; torn: in pieces of a sector; all: as after kill -9. */
export type Loss = 'none' | 'some' | 'torn' | 'all'

const sector = 512

type Change = { readonly offset: number; readonly data: Buffer } | { readonly size: number }

interface Inode {
  /** What is certainly on the platter. */
  durable: Buffer
  size: number
  pending: Change[]
}

type NameChange = (names: Map<string, Inode | 'folder'>) => void

export class Platter {
  /** As the running process sees it. */
  readonly #names = new Map<string, Inode | 'folder'>()
  readonly #durableNames = new Map<string, Inode | 'folder'>()
  #pendingNames: { readonly path: string; readonly apply: NameChange }[] = []

  apply(step: Step): void {
    switch (step.kind) {
      case 'create': {
        const known = this.#names.get(step.path)
        if (known === 'folder') return
        if (!known) {
          const inode: Inode = { durable: Buffer.alloc(0), size: 0, pending: [] }
          this.#name(step.path, (names) => names.set(step.path, inode))
        } else if (step.truncate) known.pending.push({ size: 0 })
        return
      }
      case 'write':
        this.#file(step.path).pending.push({ offset: step.offset, data: step.data })
        return
      case 'resize':
        this.#file(step.path).pending.push({ size: step.size })
        return
      case 'sync': {
        this.#syncNames(step.path)
        const inode = this.#names.get(step.path)
        if (inode === undefined || inode === 'folder') return
        for (const change of inode.pending) put(inode, change)
        inode.pending = []
        return
      }
      case 'rename':
        this.#name(step.to, (names) => {
          const moved = names.get(step.from)
          names.delete(step.from)
          if (moved !== undefined) names.set(step.to, moved)
          for (const [path, inode] of [...names]) {
            if (!path.startsWith(`${step.from}/`)) continue
            names.delete(path)
            names.set(step.to + path.slice(step.from.length), inode)
          }
        })
        return
      case 'remove':
        this.#name(step.path, (names) => names.delete(step.path))
        return
      case 'folder':
        this.#name(step.path, (names) => names.set(step.path, 'folder'))
        return
      default:
    }
  }

  /** Writes one possible outcome of a power cut at this moment below `target`. */
  image(root: string, target: string, loss: Loss, random: Random): void {
    const names = new Map(this.#durableNames)
    const kept =
      loss === 'all' ? this.#pendingNames.length : loss === 'none' ? 0 : random.between(0, this.#pendingNames.length)
    for (const { apply } of this.#pendingNames.slice(0, kept)) apply(names)
    mkdirSync(target, { recursive: true })
    for (const [path, inode] of names) {
      const at = join(target, relative(root, path))
      if (inode === 'folder') mkdirSync(at, { recursive: true })
      // The shared-memory index of a WAL is never read after a crash.
      else if (!path.endsWith('-shm')) {
        mkdirSync(dirname(at), { recursive: true })
        writeFileSync(at, remains(inode, loss, random))
      }
    }
  }

  #file(path: string): Inode {
    const inode = this.#names.get(path)
    if (inode === undefined || inode === 'folder') throw new Error(`a write to a file nobody made: ${path}`)
    return inode
  }

  #name(path: string, apply: NameChange): void {
    apply(this.#names)
    this.#pendingNames.push({ path, apply })
  }

  /** A journal commits in order: everything up to the last change this sync must make durable. */
  #syncNames(path: string): void {
    const last = this.#pendingNames.findLastIndex((change) => change.path === path || dirname(change.path) === path)
    for (const { apply } of this.#pendingNames.splice(0, last + 1)) apply(this.#durableNames)
  }
}

function put(inode: Inode, change: Change): void {
  if ('size' in change) {
    if (change.size < inode.size) inode.durable.fill(0, change.size, inode.size)
    grow(inode, change.size)
    inode.size = change.size
    return
  }
  const end = change.offset + change.data.length
  grow(inode, end)
  change.data.copy(inode.durable, change.offset)
  inode.size = Math.max(inode.size, end)
}

function grow(inode: Inode, size: number): void {
  if (size <= inode.durable.length) return
  const larger = Buffer.alloc(Math.max(size, 2 * inode.durable.length))
  inode.durable.copy(larger)
  inode.durable = larger
}

function remains(inode: Inode, loss: Loss, random: Random): Buffer {
  const content: Inode = { durable: Buffer.from(inode.durable.subarray(0, inode.size)), size: inode.size, pending: [] }
  if (loss === 'none') return content.durable
  for (const change of inode.pending) {
    if (loss !== 'all' && random.chance(0.5)) continue
    if (loss !== 'torn' || 'size' in change) {
      put(content, change)
      continue
    }
    for (let at = 0; at < change.data.length; ) {
      // Sectors lie at multiples of their size on the disk, wherever the write began.
      const length = Math.min(sector - ((change.offset + at) % sector), change.data.length - at)
      if (random.chance(0.5)) put(content, { offset: change.offset + at, data: change.data.subarray(at, at + length) })
      at += length
    }
  }
  return content.durable.subarray(0, content.size)
}
