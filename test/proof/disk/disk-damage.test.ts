import { closeSync, cpSync, ftruncateSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { makeStore, temporaryFolder } from '../../contract/store-kit.ts'
import { Random } from '../../model/simulation/random.ts'
import { isRowAt, rowAt } from '../power-loss/known-rows.ts'
import { type Findings, inspectFolder, type Promises } from './store-run.ts'

// Files that are not what was written: whatever can still be read arrives, the rest is counted and said, intake goes on.

const seed = Number(process.env['TB_GW_DAMAGE_SEED'] ?? 1)
const each = process.env['TB_GW_NIGHTLY'] === undefined ? 8 : 100
/** Intake has to be possible again this soon after the start. */
const resumeMs = 2000
/** The high-water mark is written once a second: from then on no loss can hide. */
const markMs = 1500
const rows = 60_000
const groupRows = 300

type Damage = (folder: string, random: Random) => string

const damages: Record<string, Damage> = {
  'one bit flipped': (folder, random) => {
    const file = pick(filesOf(folder), random)
    const at = random.between(0, Math.max(0, statSync(file).size - 1))
    change(file, at, 1, (byte) => byte ^ (1 << random.between(0, 7)))
    return `${basename(file)} at ${at}`
  },
  'five pages zeroed': (folder, random) => {
    const file = pick(filesOf(folder), random)
    for (let n = 0; n < 5; n++)
      change(file, 4096 * random.between(0, Math.floor(statSync(file).size / 4096)), 4096, () => 0)
    return basename(file)
  },
  'header overwritten': (folder, random) => {
    const file = pick(filesOf(folder), random)
    change(file, 0, 100, () => 0xa5)
    return basename(file)
  },
  'WAL torn': (folder, random) => {
    const file = pick(filesOf(folder, /-wal$/), random)
    const to = random.between(0, statSync(file).size)
    const handle = openSync(file, 'r+')
    ftruncateSync(handle, to)
    closeSync(handle)
    return `${basename(file)} to ${to}`
  },
  'WAL deleted': (folder, random) => remove(pick(filesOf(folder, /-wal$/), random)),
  'a file deleted': (folder, random) => remove(pick(filesOf(folder), random)),
  'a file cut in half': (folder, random) => {
    const file = pick(filesOf(folder), random)
    const handle = openSync(file, 'r+')
    ftruncateSync(handle, Math.floor(statSync(file).size / 2))
    closeSync(handle)
    return basename(file)
  },
}

test('damaged files: what can be read arrives, the rest is counted and said, intake goes on', {
  timeout: 120_000 + Object.keys(damages).length * each * 20_000,
}, async () => {
  const source = temporaryFolder()
  const promised = await filled(temporaryFolder(), source)
  const random = new Random(seed)
  const problems: string[] = []
  const sum = { cases: 0, arrived: 0, lost: 0, untouched: 0, slowestMs: 0 }
  for (const [name, damage] of Object.entries(damages)) {
    for (let n = 0; n < each; n++) {
      const folder = temporaryFolder()
      cpSync(source, folder, { recursive: true })
      const where = damage(folder, random)
      const findings = await inspectFolder(folder, promised, 300, isRowAt).catch(
        (error: unknown) => `not opened: ${error}`,
      )
      sum.cases++
      if (typeof findings === 'string') problems.push(`${name} (${where}): ${findings}`)
      else {
        sum.arrived += findings.arrived
        sum.lost += findings.lost
        sum.slowestMs = Math.max(sum.slowestMs, findings.openMs)
        if (findings.lost === 0) sum.untouched++
        for (const problem of judge(findings))
          problems.push(`${name} (${where}): ${problem} ${JSON.stringify({ ...findings, altered: undefined })}`)
      }
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    }
  }
  process.stdout.write(
    `damaged files: ${sum.cases} cases, ${sum.untouched} without loss, ${sum.arrived} values read, ${sum.lost} lost and counted, ` +
      `open after at most ${sum.slowestMs.toFixed(0)} ms, ${problems.length} broken promises\n`,
  )
  expect(problems).toEqual([])
})

function judge({ altered, balanced, unaccounted, lost, issues, intakeResumed, dropped, openMs }: Findings): string[] {
  const problems: string[] = []
  if (altered.length > 0) problems.push(`${altered.length} values were delivered changed`)
  if (!balanced) problems.push('the books do not balance')
  if (!intakeResumed) problems.push('intake does not go on')
  if (openMs > resumeMs) problems.push(`it took ${openMs.toFixed(0)} ms to open`)
  if (lost > 0 && issues.length === 0) problems.push(`${lost} lost values and no issue`)
  if (lost > 0 && unaccounted > 0) problems.push(`${unaccounted} accepted values are in no book`)
  if (lost > dropped) problems.push(`${lost} lost, only ${dropped} in the ledger`)
  return problems
}

/** A store with a backlog, as it stands when the power goes: part in its files, part in its WAL. */
async function filled(folder: string, image: string): Promise<Promises> {
  const { store, registry } = makeStore(folder, { whenFull: 'block' })
  await store.start()
  try {
    for (let first = 0; first < rows; first += groupRows) {
      await store.append(Array.from({ length: groupRows }, (_, i) => rowAt(registry, first + i)))
    }
    const batch = await store.take('live', { maxCount: 5000 })
    if (!batch) throw new Error('nothing to take')
    const settled = batch.tsAt(batch.count - 1)
    await store.settle(batch, [])
    await new Promise((resolve) => setTimeout(resolve, markMs))
    cpSync(folder, image, { recursive: true })
    return { through: rows - 1, marked: rows - 1, settled, settling: settled }
  } finally {
    await store.stop(Number.POSITIVE_INFINITY)
  }
}

/** Files that hold data, and the WAL; not the lock and not what only occupies room. */
function filesOf(folder: string, which = /\.(db|seg|dat|bin|hwm|mark)$|-wal$/): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => which.test(name) && !/(^|\/)(lock|reserve|ballast)/.test(name) && statSync(join(folder, name)).size > 0,
  )
  if (files.length === 0) throw new Error(`nothing to damage in ${readdirSync(folder).join(' ')}`)
  return files.map((name) => join(folder, name))
}

function pick(files: string[], random: Random): string {
  return files[random.between(0, files.length - 1)] ?? ''
}

function change(file: string, at: number, length: number, to: (byte: number) => number): void {
  const handle = openSync(file, 'r+')
  const bytes = Buffer.alloc(length)
  const read = readSync(handle, bytes, 0, length, at)
  for (let i = 0; i < read; i++) bytes[i] = to(bytes[i] ?? 0)
  writeSync(handle, bytes, 0, read, at)
  closeSync(handle)
}

function remove(file: string): string {
  rmSync(file)
  return basename(file)
}
