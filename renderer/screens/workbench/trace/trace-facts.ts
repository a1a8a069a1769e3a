import type { TraceStage } from '../../../../shared/api/mapping-requests.ts'
import { formatCount, formatMs } from '../../../format.ts'
import { traceText } from '../../../i18n/en-trace.ts'

const text = traceText.facts

/** The numbers of a stage as words, in the order they matter. */
export function factWords({ facts, state, code }: TraceStage, now: number): string[] {
  const number = (name: string): number | undefined => (typeof facts[name] === 'number' ? facts[name] : undefined)
  const words: string[] = []
  const pending = number('pending')
  if (pending !== undefined && (pending > 0 || state !== 'ok')) words.push(text.pending(formatCount(pending)))
  const percent = number('percent')
  if (percent !== undefined && percent > 0) words.push(text.percent(percent))
  const deadband = number('deadband')
  if (deadband) words.push(text.deadband(String(deadband)))
  const atMost = number('atMostEveryMs')
  if (atMost) words.push(text.atMost(formatMs(atMost)))
  const took = number('tookMs')
  if (took !== undefined && code === 'acknowledged') words.push(text.took(formatMs(took)))
  const count = number('count')
  if (count) words.push(text.count(count))
  if (typeof facts['value'] === 'string') words.push(text.value(facts['value'].slice(0, 60)))
  const next = number('nextTryAt')
  if (next !== undefined && next > now) words.push(text.nextTry(Math.ceil((next - now) / 1000)))
  return words
}
