import type { EventPayload } from '../../shared/api/contract.ts'
import { saidOfError, sentenceOf } from '../../shared/said/said.ts'
import type { GatewayStatus, Issue } from '../../shared/status.ts'
import type { TrayIconState } from './icons/tray-icon.ts'
import { sayInShell, shellWords } from './words.ts'

/** Everything the tray shows, as text: two equal views need no repaint. */
export interface TrayView {
  readonly icon: TrayIconState
  /** First line of the menu: the state in words. */
  readonly state: string
  /** What is wrong, newest first, at most `issueLines` and a line that counts the rest. */
  readonly issues: readonly string[]
  readonly tooltip: string
}

/** A tray menu is read at a glance. */
const issueLines = 3
const issueLineLength = 90
/** Windows cuts at 127. */
const tooltipLength = 120

export function trayView(
  engine: EventPayload<'engine.state'>,
  status: GatewayStatus | undefined,
  issues: readonly Issue[],
): TrayView {
  const state = engine.state === 'running' && status ? running(status) : notRunning(engine)
  return {
    icon: state.icon,
    state: cut(state.cause ? `${state.word}: ${state.cause}` : state.word, issueLineLength),
    issues: issueTexts(issues),
    tooltip: cut(
      [state.cause ? `${state.word}: ${state.cause}` : state.word, ...state.numbers].join(' · '),
      tooltipLength,
    ),
  }
}

interface StateText {
  readonly icon: TrayIconState
  readonly word: string
  readonly cause: string
  /** Only for the tooltip: a menu that changes with every number can not be used. */
  readonly numbers: readonly string[]
}

function running(status: GatewayStatus): StateText {
  const { summary, balance, rates } = status
  const words = shellWords()
  const waiting = balance.pending + balance.inFlight
  const numbers = [
    ...(rates.deliveredPerSecond > 0 ? [words.valuesPerMinute(count(rates.deliveredPerSecond * 60))] : []),
    ...(waiting > 0 && summary !== 'delivering' ? [words.waiting(count(waiting))] : []),
  ]
  return {
    icon: summary,
    word: words.states[summary],
    cause: summary === 'delivering' ? '' : sayInShell(sentenceOf(status, 'detail')),
    numbers,
  }
}

function notRunning(engine: EventPayload<'engine.state'>): StateText {
  const { states } = shellWords()
  const detail = sayInShell(sentenceOf(engine, 'detail'))
  switch (engine.state) {
    case 'stopped':
      return { icon: 'stopped', word: states.stopped, cause: detail, numbers: [] }
    case 'restarting':
      return { icon: 'attention', word: states.restarting, cause: detail, numbers: [] }
    default:
      return { icon: 'starting', word: states.starting, cause: '', numbers: [] }
  }
}

function issueTexts(issues: readonly Issue[]): string[] {
  const serious = issues
    .filter((issue) => issue.severity !== 'info' && issue.closedAt === undefined)
    .toSorted((a, b) => b.since - a.since)
  const lines = serious
    .slice(0, issueLines)
    .map((issue) => cut(`▲ ${issue.subjectName}: ${sayInShell(saidOfError(issue).detail)}`, issueLineLength))
  const rest = serious.length - lines.length
  return rest > 0 ? [...lines, shellWords().more(rest)] : lines
}

function cut(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > length ? `${line.slice(0, length - 1)}…` : line
}

function count(value: number): string {
  return Math.round(value).toLocaleString(shellWords().tag)
}
