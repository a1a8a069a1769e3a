import type { mappingSentences } from '../../../../shared/said/mapping-sentences.ts'
import { asIs, type Said, said } from '../../../../shared/said/said.ts'

type Known = Extract<keyof typeof mappingSentences, `refusal.Bad${string}`>

/** What a server says when it will not watch a node, as the operator reads it. */
const known: ReadonlySet<string> = new Set<Known>([
  'refusal.BadUserAccessDenied',
  'refusal.BadNotReadable',
  'refusal.BadAttributeIdInvalid',
  'refusal.BadIndexRangeInvalid',
  'refusal.BadIndexRangeNoData',
  'refusal.BadNodeIdUnknown',
  'refusal.BadNodeIdInvalid',
  'refusal.BadMonitoredItemFilterInvalid',
  'refusal.BadMonitoredItemFilterUnsupported',
  'refusal.BadFilterNotAllowed',
  'refusal.BadDeadbandFilterInvalid',
  'refusal.BadTimestampsToReturnInvalid',
  'refusal.BadTooManyMonitoredItems',
])

/** With the name of the StatusCode, for whoever looks it up in the documents of the server. */
export function refusalWords(status: string): Said {
  const code = `refusal.${status}`
  return known.has(code) ? said('refusal.status', { problem: said(code as Known), status }) : asIs(status)
}
