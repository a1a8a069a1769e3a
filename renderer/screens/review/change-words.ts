import type { ConfigChange } from '../../../shared/api/draft-requests.ts'
import { draftText } from '../../i18n/en-draft.ts'

const text = draftText.panel

/** Signs beside the words, so that a list is read at a glance and without colour. */
export const changeSigns: Readonly<Record<ConfigChange['kind'], string>> = { added: '+', changed: '~', removed: '−' }

/** What the change belongs to: its source, or the gateway itself. */
export function ownerOf(change: ConfigChange): string {
  return change.connectorId === undefined ? text.ofGateway : (change.where[0] ?? change.connectorId)
}

/** Where in it: `Motor_01 › Speed`; the source itself by its own name. */
export function placeOf(change: ConfigChange): string {
  const inside = change.connectorId === undefined ? change.where : change.where.slice(1)
  return (inside.length > 0 ? inside : change.where).join(' › ')
}

export function subjectOf(change: ConfigChange): string {
  const subject = text.subjects[change.subject]
  return change.keys > 0 && change.subject !== 'key' ? `${subject}, ${text.keys(change.keys)}` : subject
}

/** The fields in one line; a whole device or source that comes or goes is said by its kind. */
export function fieldsOf({ kind, subject, fields }: ConfigChange): string {
  if (kind === 'removed' && subject === 'device') return text.stays
  const shown = fields.slice(0, fieldsShown).map(({ name, before, after }) => {
    if (kind === 'added') return `${name}: ${after}`
    if (kind === 'removed') return `${name}: ${before}`
    return `${name}: ${before || text.nothing} → ${after || text.nothing}`
  })
  const more = fields.length - shown.length
  return more > 0 ? `${shown.join('; ')}; ${text.fieldsMore(more)}` : shown.join('; ')
}

/** What a line of the table holds; the rest is below it when the row is chosen. */
const fieldsShown = 3
