import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, inflateRawSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { zip } from '../../main/engine/config/export/zip.ts'

const files = [
  { name: 'tb_gateway.json', text: '{"a":1}' },
  { name: 'Bericht für Halle 3.txt', text: 'ä'.repeat(100_000) },
  { name: 'empty.txt', text: '' },
]

/** By its directory, as programs do. */
function read(archive: Buffer): { name: string; text: string }[] {
  const end = archive.length - 22
  expect(archive.readUInt32LE(end)).toBe(0x06054b50)
  const found: { name: string; text: string }[] = []
  let at = archive.readUInt32LE(end + 16)
  for (let n = archive.readUInt16LE(end + 10); n > 0; n--) {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50)
    const [packed, size] = [archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 24)]
    const nameBytes = archive.readUInt16LE(at + 28)
    const local = archive.readUInt32LE(at + 42)
    expect(archive.readUInt32LE(local)).toBe(0x04034b50)
    const begin = local + 30 + archive.readUInt16LE(local + 26)
    const content = inflateRawSync(archive.subarray(begin, begin + packed))
    expect(content).toHaveLength(size)
    expect(crc32(content)).toBe(archive.readUInt32LE(at + 16))
    found.push({ name: archive.toString('utf8', at + 46, at + 46 + nameBytes), text: content.toString() })
    at += 46 + nameBytes
  }
  expect(at).toBe(end)
  return found
}

test('an archive gives its files back, whatever their names, and is the same every time', async () => {
  const archive = await zip(files)
  expect(read(archive)).toEqual(files)
  expect(archive.length).toBeLessThan(2000)
  expect(await zip(files)).toEqual(archive)
  expect(read(await zip([]))).toEqual([])
})

const python = ['python3', 'python'].find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})

test.skipIf(python === undefined)('another program finds nothing wrong with it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tbgw-zip-'))
  try {
    const path = join(folder, 'a.zip')
    writeFileSync(path, await zip(files))
    const code = `import zipfile,sys; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), [len(z.read(n)) for n in z.namelist()])`
    expect(execFileSync(python ?? '', ['-c', code, path], { encoding: 'utf8' }).trim()).toBe('None [7, 200000, 0]')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
