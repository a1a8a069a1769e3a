import { expect, test } from 'vitest'
import { temporaryFolder } from '../../contract/store-kit.ts'
import { StoreProcess } from '../../scenario/store-process.ts'
import { hasStrace } from '../power-loss/recording.ts'
import { endsWithin, inspectFolder, promisesOf } from './store-run.ts'

// The kernel says no at the n-th call: the process must end (or refuse in words) without having promised what is not there.

const nightly = process.env['TB_GW_NIGHTLY'] !== undefined
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)
const fsyncs = nightly ? upTo(200) : [1, 2, 3, 5, 8, 13, 25]
const writes = nightly ? upTo(200).map((n) => n * 3) : [4, 30, 120]

const faults = [
  ...fsyncs.map((when) => ({ call: 'fsync,fdatasync', error: 'EIO', when: `${when}`, of: 'once' })),
  ...writes.map((when) => ({ call: 'pwrite64', error: 'EIO', when: `${when}`, of: 'once' })),
  ...writes.map((when) => ({ call: 'pwrite64', error: 'ENOSPC', when: `${when}+`, of: 'from then on' })),
  ...writes.map((when) => ({
    call: 'pwrite64',
    error: 'EROFS',
    when: `${when}+`,
    of: 'from then on (read-only remount)',
  })),
]

test.skipIf(!hasStrace())(
  `${faults.length} errors of the disk: nothing promised is lost (needs strace)`,
  {
    timeout: faults.length * 20_000,
  },
  async () => {
    const problems: string[] = []
    const seen = { ended: 0, wentOn: 0, values: 0, lost: 0 }
    for (const { call, error, when, of } of faults) {
      const folder = temporaryFolder()
      const what = `${error} at ${call} ${when} ${of}`
      const child = new StoreProcess(
        [folder, 'load', '0'],
        [
          'strace',
          '-D',
          '-f',
          '-qq',
          '-o',
          '/dev/null',
          '-e',
          `trace=${call}`,
          '-e',
          `inject=${call}:error=${error}:when=${when}`,
        ],
      )
      const code = await endOf(child)
      if (code === 75) seen.ended++
      // SQLite itself lets an error pass where nothing depends on it (fsync of a folder), and a full disk is waited out.
      else seen.wentOn++
      const said = [
        ...child.all<{ hint: string; code: string }>('fault'),
        ...child.all<{ hint: string; code: string }>('refused'),
      ]
      if ((code === 75 && said.length === 0) || said.some(({ hint }) => hint === ''))
        problems.push(`${what}: says ${JSON.stringify(said)}`)
      const promised = promisesOf(child)
      const findings = await inspectFolder(folder, promised).catch((reason: unknown) => `not opened again: ${reason}`)
      if (typeof findings === 'string') {
        problems.push(`${what}: ${findings}`)
        continue
      }
      const { lost, altered, balanced, arrived, intakeResumed, unaccounted } = findings
      seen.values += arrived
      seen.lost += lost
      if (lost > 0 || altered.length > 0 || !balanced || !intakeResumed || unaccounted > 0) {
        problems.push(
          `${what}: ${JSON.stringify({ lost, altered: altered.length, balanced, intakeResumed, unaccounted })}`,
        )
      }
    }
    process.stdout.write(
      `disk errors: ${faults.length} injected, ${seen.ended} ended with 75, ${seen.wentOn} went on, ${seen.values} values found afterwards, ` +
        `${seen.lost} accepted values lost\n`,
    )
    expect(problems).toEqual([])
    expect(seen.ended, 'most of them hit something that matters').toBeGreaterThan(faults.length / 2)
  },
)

/** A fault that the process survives (a full disk may pass) is ended by us. */
async function endOf(child: StoreProcess): Promise<number | null> {
  const code = await endsWithin(child, 4000)
  if (code !== undefined) return code
  await child.kill()
  return null
}
