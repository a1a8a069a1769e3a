import { readFile } from 'node:fs/promises'

export interface Usage {
  /** ms of the monotonic clock. */
  readonly at: number
  /** User and system time of all threads, since the process started. */
  readonly cpuSeconds: number
  readonly rssMegabytes: number
}

/** Linux counts process time in this unit (sysconf(_SC_CLK_TCK), 100 on every architecture Node runs on). */
const ticksPerSecond = 100
const sampleMs = 1000

/** What the kernel says about process `pid` (man 5 proc). */
export async function usageOf(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ])
  // The command name, in parentheses, may hold spaces; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const kilobytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0)
  return {
    at: performance.now(),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    rssMegabytes: kilobytes / 1024,
  }
}

export interface Watch {
  readonly start: Usage
  readonly last: Usage
  readonly rssMax: number
  /** Least squares over the samples of the window, MB per minute. */
  readonly rssSlope: number
}

/** Samples a process once a second until `finish`. */
export async function watch(pid: number): Promise<{ finish(): Promise<Watch> }> {
  const samples = [await usageOf(pid)]
  const timer = setInterval(() => {
    // The process may be gone: `finish` then says so.
    usageOf(pid).then(
      (usage) => samples.push(usage),
      () => clearInterval(timer),
    )
  }, sampleMs)
  return {
    async finish() {
      clearInterval(timer)
      samples.push(await usageOf(pid))
      const [start, last] = [samples[0]!, samples.at(-1)!]
      return { start, last, rssMax: Math.max(...samples.map((s) => s.rssMegabytes)), rssSlope: slopePerMinute(samples) }
    },
  }
}

/** Seconds all cores together were busy since boot, whoever made them so. */
export async function machineBusySeconds(): Promise<number> {
  const [first = ''] = (await readFile('/proc/stat', 'utf8')).split('\n')
  // man 5 proc: user nice system idle iowait irq softirq steal
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = first.split(/\s+/).slice(1).map(Number)
  return (user + nice + system + irq + softirq) / ticksPerSecond
}

export const cpuShare = (from: Usage, to: Usage): number =>
  ((to.cpuSeconds - from.cpuSeconds) / ((to.at - from.at) / 1000)) * 100

function slopePerMinute(samples: readonly Usage[]): number {
  const n = samples.length
  const x = samples.map((s) => s.at / 60_000)
  const meanX = x.reduce((a, b) => a + b, 0) / n
  const meanY = samples.reduce((sum, s) => sum + s.rssMegabytes, 0) / n
  let covariance = 0
  let variance = 0
  samples.forEach((s, i) => {
    const dx = (x[i] ?? 0) - meanX
    covariance += dx * (s.rssMegabytes - meanY)
    variance += dx * dx
  })
  return variance > 0 ? covariance / variance : 0
}
