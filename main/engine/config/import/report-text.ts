import type { ImportEntry } from '../../../../shared/api/setup-requests.ts'
import type { ImportResult } from './read-import.ts'

// What became of every entry of foreign files, or of ours when it goes the other way, as lines of text.

const stateWords = { exact: 'exact', interpreted: 'interpreted', unsupported: 'NOT SUPPORTED' } as const

type Counts = ImportResult['counts']

/** `file:line: place: state: what stands there -> what became of it`. */
function entryLine({ file, line, place, state, says, target, note }: ImportEntry): string {
  const became = [target, note].filter((text) => text !== '').join('. ')
  const where = [file, ...(line > 0 ? [line] : [])].join(':')
  return `${where}: ${place === '' ? '' : `${place}: `}${stateWords[state]}: ${says}${became === '' ? '' : ` -> ${became}`}`
}

/** For people who only want to know what is missing: `path: not supported: what stands there: why`. */
export function missingText({ place, says, note }: ImportEntry): string {
  return [...(place === '' ? [] : [place]), 'not supported', ...(says === '' ? [] : [says]), note].join(': ')
}

/** Every entry on a line, and how many did not fit in the report. */
export function entryLines(entries: readonly ImportEntry[], counts: Counts): string[] {
  const more = counts.exact + counts.interpreted + counts.unsupported - entries.length
  return [...entries.map(entryLine), ...(more > 0 ? [`… and ${more} more, which are counted only`] : [])]
}

/** Of the way back: there the ThingsBoard gateway is the one who may not know an entry. */
export function exportReport(entries: readonly ImportEntry[], counts: Counts): string {
  const heading = 'What a ThingsBoard gateway 3.8 ("it") makes of every entry:'
  return [heading, ...entryLines(entries, counts), countsText(counts)].join('\n')
}

export function countsText({ exact, interpreted, unsupported }: Counts): string {
  return `${exact} exact, ${interpreted} interpreted, ${unsupported} not supported`
}

export function importSummary({ proposal, devices, keys, rules }: ImportResult): string {
  const { connectors, thingsboard } = proposal
  const address = thingsboard ? `ThingsBoard at ${thingsboard.host}:${thingsboard.port}` : 'no ThingsBoard'
  return `${connectors.length} sources, ${devices} devices, ${keys} keys, ${rules} rules, ${address}`
}

export const unlistedText = (file: string): string =>
  `${file}: left out: the gateway's own file does not name it, so it did not run. Convert it by itself if it shall.`
