import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readSync } from 'node:fs'

// What a process told the kernel to do with its files, in order, as strace saw it.

export type Step =
  | { readonly kind: 'create'; readonly path: string; readonly truncate: boolean }
  | { readonly kind: 'write'; readonly path: string; readonly offset: number; readonly data: Buffer }
  | { readonly kind: 'resize'; readonly path: string; readonly size: number }
  | { readonly kind: 'sync'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  /** A line on stdout. */
  | { readonly kind: 'said'; readonly text: string }

const calls =
  'openat,creat,write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync,sync_file_range,ftruncate,truncate,fallocate,lseek,' +
  'rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,copy_file_range,sendfile,link,linkat,symlink,symlinkat,close'

/** Longer than any single write. */
const stringLimit = 32 << 20

export function hasStrace(): boolean {
  return process.platform === 'linux' && spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0
}

export const straceArguments = (output: string): string[] => [
  '-f',
  '-y',
  '-xx',
  '-s',
  String(stringLimit),
  '-o',
  output,
  '-e',
  `trace=${calls}`,
]

const call = /^(\d+) +(\w+)\((.*)$/
const resumed = /^(\d+) +<\.\.\. (\w+) resumed>(.*)$/
const unfinished = / <unfinished \.\.\.>$/
const quoted = /"((?:\\x[0-9a-f]{2})*)"/g
const descriptor = /^(?:(\d+)|AT_FDCWD)(?:<((?:\\x[0-9a-f]{2})*)>)?/

/** Steps that concern files below `folder`, and lines on stdout. Throws on a call this reader does not understand. */
export function* readRecording(file: string, folder: string): Generator<Step> {
  const waiting = new Map<string, string>()
  /** Position of each open file, by number: write() goes on where the last one ended. */
  const positions = new Map<number, number>()
  for (const line of lines(file)) {
    const begun = call.exec(line)
    if (begun) {
      const [, thread = '', name = '', rest = ''] = begun
      if (unfinished.test(rest)) {
        // A write may be on the disk from the moment it was asked for; a sync counts when it has returned.
        const early = rest.replace(unfinished, '')
        waiting.set(thread, early)
        if (isWrite(name)) yield* stepsOf(name, `${early}) = 1`, folder, positions)
      } else yield* stepsOf(name, rest, folder, positions)
      continue
    }
    const ended = resumed.exec(line)
    if (!ended) continue
    const [, thread = '', name = '', rest = ''] = ended
    if (!isWrite(name)) yield* stepsOf(name, `${waiting.get(thread) ?? ''}${rest}`, folder, positions)
    waiting.delete(thread)
  }
}

const isWrite = (name: string): boolean => name === 'write' || name === 'pwrite64'

function* stepsOf(name: string, rest: string, folder: string, positions: Map<number, number>): Generator<Step> {
  const result = / = (-?\d+|\?)(?:<|\s|$)/.exec(rest.slice(rest.lastIndexOf(') ') + 1))
  const returned = Number(result?.[1] ?? Number.NaN)
  if (!(returned >= 0)) return
  const [, number = '-1', hexPath = ''] = descriptor.exec(rest) ?? []
  const fd = Number(number)
  const path = text(hexPath)
  const inside = (candidate: string) => candidate.startsWith(`${folder}/`)
  switch (name) {
    case 'openat':
    case 'creat': {
      // In append mode the place of a write is not known; opening alone is a way to make a file.
      positions.set(returned, /O_APPEND/.test(rest) ? Number.NaN : 0)
      const [opened = ''] = strings(rest)
      if (inside(opened) && /O_CREAT/.test(rest)) yield { kind: 'create', path: opened, truncate: /O_TRUNC/.test(rest) }
      return
    }
    case 'write': {
      const data = bytes(rest)
      if (fd === 1) yield { kind: 'said', text: data.toString() }
      else if (inside(path)) {
        const offset = positions.get(fd) ?? 0
        if (Number.isNaN(offset)) throw new Error(`a write in append mode is not understood: ${path}`)
        yield { kind: 'write', path, offset, data }
      }
      positions.set(fd, (positions.get(fd) ?? 0) + data.length)
      return
    }
    case 'pwrite64': {
      if (!inside(path)) return
      const offset = Number(/, (\d+)\)?[^,"]*$/.exec(rest.slice(0, rest.lastIndexOf(')')))?.[1])
      if (!Number.isSafeInteger(offset)) throw new Error(`pwrite64 without an offset: ${rest.slice(-80)}`)
      yield { kind: 'write', path, offset, data: bytes(rest) }
      return
    }
    case 'lseek':
      positions.set(fd, returned)
      return
    case 'fsync':
    case 'fdatasync':
      if (inside(`${path}/`)) yield { kind: 'sync', path }
      return
    case 'ftruncate':
      if (inside(path)) yield { kind: 'resize', path, size: Number(/, (\d+)\)/.exec(rest)?.[1]) }
      return
    case 'rename':
    case 'renameat':
    case 'renameat2': {
      const [from = '', to = ''] = strings(rest)
      if (inside(from) || inside(to)) yield { kind: 'rename', from, to }
      return
    }
    case 'unlink':
    case 'unlinkat':
    case 'rmdir': {
      const [removed = ''] = strings(rest)
      if (inside(removed)) yield { kind: 'remove', path: removed }
      return
    }
    case 'mkdir':
    case 'mkdirat': {
      const [made = ''] = strings(rest)
      if (inside(`${made}/`)) yield { kind: 'folder', path: made }
      return
    }
    case 'close':
      return
    default:
      if (inside(path) || strings(rest).some(inside))
        throw new Error(`${name} is not understood: ${rest.slice(0, 300)}`)
  }
}

function strings(rest: string): string[] {
  return [...rest.matchAll(quoted)].map(([, hex = '']) => text(hex))
}

const text = (hex: string): string => decode(hex).toString()

function bytes(rest: string): Buffer {
  const start = rest.indexOf('"') + 1
  const end = rest.indexOf('"', start)
  if (rest.startsWith('"...', end)) throw new Error('a write was longer than the recording keeps')
  return decode(rest.slice(start, end))
}

/** `\x41\x42` -> bytes. */
function decode(hex: string): Buffer {
  return Buffer.from(hex.replaceAll('\\x', ''), 'hex')
}

/** A recording is larger than a string may be. */
function* lines(file: string): Generator<string> {
  const handle = openSync(file, 'r')
  try {
    const block = Buffer.allocUnsafe(1 << 20)
    let parts: string[] = []
    for (;;) {
      const length = readSync(handle, block, 0, block.length, null)
      if (length === 0) break
      let from = 0
      for (let at = block.indexOf(10); at >= 0 && at < length; at = block.indexOf(10, from)) {
        parts.push(block.toString('latin1', from, at))
        yield parts.join('')
        parts = []
        from = at + 1
      }
      if (from < length) parts.push(block.toString('latin1', from, length))
    }
    if (parts.length > 0) yield parts.join('')
  } finally {
    closeSync(handle)
  }
}
