import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isBalanced } from '../../../shared/status.ts'
import { drain, makeStore, type PlainRow } from '../../contract/store-kit.ts'
import { Random } from '../../model/simulation/random.ts'
import { isRowAt } from './known-rows.ts'
import { type Loss, Platter } from './platter.ts'
import { hasStrace, readRecording, straceArguments } from './recording.ts'

/** The nightly command asks for 10,000. */
const images = Number(process.env['TB_GW_IMAGES'] ?? 1000)
const seed = Number(process.env['TB_GW_IMAGE_SEED'] ?? 1)
/** Commits of one recording; from each many images are made. */
const groups = Number(process.env['TB_GW_IMAGE_GROUPS'] ?? 400)
const checksAtOnce = 3

/** What had been promised when the power went away. */
interface Promises {
  opened: boolean
  through: number
  settled: number
  settling: number
  refused: number
  refusing: number
}

test.skipIf(!hasStrace())(
  `${images} power cuts: every file opens and no accepted value is lost or changed (needs strace)`,
  {
    timeout: 60_000 + images * 2000,
  },
  async () => {
    const work = mkdtempSync(join(tmpdir(), 'tb-gw-power-'))
    onTestFinished(() => rmSync(work, { recursive: true, force: true, maxRetries: 5 }))
    const folder = join(work, 'data')
    const recording = join(work, 'recording')
    record(recording, folder)

    const steps = countSteps(recording, folder)
    const random = new Random(seed)
    const cuts = Array.from({ length: images }, () => random.between(0, steps)).sort((a, b) => a - b)
    const platter = new Platter()
    const promised: Promises = { opened: false, through: -1, settled: -1, settling: -1, refused: 0, refusing: 0 }
    const running = new Set<Promise<void>>()
    const problems: string[] = []
    const seen = { rowsLost: 0, unopened: 0, altered: 0, withBacklog: 0, rows: 0 }
    let at = 0
    let made = 0
    const cutWhatIsDue = async () => {
      for (; made < cuts.length && (cuts[made] ?? 0) <= at; made++) {
        const loss = (['none', 'some', 'torn', 'torn', 'all'] as const)[made % 5] as Loss
        const image = join(work, `image-${made}`)
        platter.image(folder, image, loss, random)
        const what = `image ${made} (${loss}) after step ${at} of ${steps}`
        const check = inspect(image, { ...promised }, seen)
          .then((problem) => {
            if (problem) problems.push(`${what}: ${problem}`)
          })
          .finally(() => {
            running.delete(check)
            rmSync(image, { recursive: true, force: true, maxRetries: 5 })
          })
        running.add(check)
        if (running.size >= checksAtOnce) await Promise.race(running)
      }
    }
    for (const step of readRecording(recording, folder)) {
      await cutWhatIsDue()
      if (step.kind === 'said') Object.assign(promised, JSON.parse(step.text))
      else platter.apply(step)
      at++
      if (problems.length > 5) break
    }
    await cutWhatIsDue()
    await Promise.all(running)
    process.stdout.write(
      `power loss: ${made} images of a recording of ${steps} steps, ${seen.rows} values read back, ${seen.rowsLost} accepted ` +
        `values lost, ${seen.unopened} images unopenable, ${seen.altered} values altered\n`,
    )
    expect(problems).toEqual([])
    expect(promised.through, 'the recording has a load worth the name').toBeGreaterThan(10_000)
    expect(seen.withBacklog, 'many images have something to lose').toBeGreaterThan(images / 3)
  },
)

function record(recording: string, folder: string): void {
  const child = new URL('./store-under-trace.ts', import.meta.url).pathname
  const { status, stderr } = spawnSync(
    'strace',
    [...straceArguments(recording), process.execPath, child, folder, String(groups)],
    { stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 26 },
  )
  if (status !== 0) throw new Error(`the recorded process ended with ${status}: ${stderr.toString().slice(-2000)}`)
}

function countSteps(recording: string, folder: string): number {
  let steps = 0
  for (const _ of readRecording(recording, folder)) steps++
  return steps
}

/** Undefined when the image keeps what was promised. */
async function inspect(
  folder: string,
  promised: Promises,
  seen: { rowsLost: number; unopened: number; altered: number; withBacklog: number; rows: number },
): Promise<string | undefined> {
  const { store, issues, faults } = makeStore(folder, { maxBytes: 3 << 20, whenFull: 'block' })
  try {
    await store.start()
  } catch (error) {
    seen.unopened++
    return `can not be opened: ${error instanceof Error ? error.message : error}`
  }
  try {
    const { quarantined } = store.balance.value
    const rows: PlainRow[] = [...(await drain(store, 'backlog')), ...(await drain(store, 'live'))]
    seen.rows += rows.length
    if (promised.through > promised.settling) seen.withBacklog++
    const numbers = rows.map(({ ts }) => ts).sort((a, b) => a - b)
    const first = numbers[0]
    const last = numbers.at(-1) ?? promised.settling
    // Between what was certainly settled and what may have been, a batch is there or not.
    const settledTo = first === undefined ? promised.settling : first - 1
    if (last < promised.through) seen.rowsLost += promised.through - last
    const gaps = numbers.length > 0 ? last - (first ?? 0) + 1 - numbers.length : 0
    seen.rowsLost += Math.max(0, gaps)
    if (last < promised.through) return `${promised.through - last} accepted values are lost`
    if (gaps !== 0) return `${gaps} values are missing in the middle`
    if (settledTo < promised.settled) return `a settled batch came back: ${settledTo} instead of ${promised.settled}`
    if (settledTo > promised.settling)
      return `values up to ${settledTo} are gone, ${promised.settling} was being settled`
    const altered = rows.filter((row) => !isRowAt(row))
    seen.altered += altered.length
    if (altered.length > 0) return `${altered.length} values were changed, e.g. ${JSON.stringify(altered[0])}`
    if (quarantined < promised.refused || quarantined > promised.refusing) return `${quarantined} quarantined`
    const balance = store.balance.value
    if (!isBalanced(balance) || balance.dropped > 0) return `the books say ${JSON.stringify(balance)}`
    const complaints = issues.list(false)
    if (complaints.length > 0) return `an issue is open: ${complaints.map(({ code, message }) => `${code} ${message}`)}`
    if (faults.length > 0) return `fault: ${faults[0]?.message}`
    return undefined
  } finally {
    await store.stop(Number.POSITIVE_INFINITY)
  }
}
