import type { Figure } from './scenario.ts'

/** A rate is met when it is this close: the last tick of a window may fall outside of it. */
const rateTolerance = 0.99
const rssGoal = 500
/** What counts as flat: 60 MB in an hour would be a leak, a minute's slope of a warm heap is noise below this. */
const flatSlope = 5
/** A shorter window shows the heap warming up. */
const flatWindowSeconds = 60

const say = (isMet: boolean, text: string): string => `${isMet ? 'met' : 'MISSED'}: ${text}`

export function rateVerdict(perSecond: number, target: number, unit: string, goal: number): string {
  const load = target < goal ? ` at the load of ${thousands(target)} (goal: ${thousands(goal)})` : ''
  return say(perSecond >= target * rateTolerance, `${thousands(perSecond)} ${unit} >= ${thousands(target)}${load}`)
}

export const perValueVerdict = (micros: number, goal: number): string =>
  say(micros <= goal, `${micros.toFixed(2)} µs of engine CPU per value <= ${goal}`)

export const latencyVerdict = (p99Ms: number, goal: number): string =>
  say(p99Ms > 0 && p99Ms <= goal, `source -> PUBACK p99 ${Math.round(p99Ms)} ms <= ${goal}`)

export function memoryVerdicts(figures: Readonly<Record<string, Figure>>, seconds: number): string[] {
  const max = figures['rssMax']?.value ?? Number.NaN
  const slope = figures['rssSlope']?.value ?? Number.NaN
  const size = say(max <= rssGoal, `RSS at most ${Math.round(max)} MB <= ${rssGoal}`)
  if (seconds < flatWindowSeconds) return [size]
  return [size, say(slope <= flatSlope, `RSS flat: ${slope.toFixed(1)} MB/min <= ${flatSlope}`)]
}

const thousands = (n: number): string => Math.round(n).toLocaleString('en-US')
