import type { AuditEntry } from '../../../shared/api/audit-requests.ts'
import type { RequestChannel } from '../../../shared/api/channels.ts'
import type { RequestParsed } from '../../../shared/api/contract.ts'

// Which requests change something that somebody may ask about later, and how they read in the audit trail.

type Words = { readonly action: AuditEntry['action']; readonly subject: string }
type Audited = { readonly [C in RequestChannel]?: (input: RequestParsed<C>) => Words }

const audited: Audited = {
  'draft.edit': ({ label }) => ({ action: 'edit', subject: label }),
  'draft.undo': () => ({ action: 'undo', subject: '' }),
  'draft.redo': () => ({ action: 'redo', subject: '' }),
  'draft.discard': () => ({ action: 'discard draft', subject: '' }),
  'draft.revert': ({ id }) => ({ action: 'revert change', subject: id }),
  'draft.apply': ({ note, author }) => ({ action: 'apply', subject: [author, note].filter(Boolean).join(': ') }),
  'draft.decide': ({ keep }) => ({ action: keep ? 'keep version' : 'take version back', subject: '' }),
  'versions.restore': ({ number }) => ({ action: 'restore version', subject: `#${number}` }),
  'proposal.make': ({ author, note }) => ({ action: 'propose', subject: [author, note].filter(Boolean).join(': ') }),
  'proposal.merge': ({ theirs }) => ({ action: 'merge proposal', subject: theirs.slice(0, 10).join(', ') }),
  'proposal.dismiss': () => ({ action: 'dismiss proposal', subject: '' }),
  'config.save': () => ({ action: 'save configuration', subject: '' }),
  'certificates.trust': ({ fingerprint }) => ({ action: 'trust certificate', subject: fingerprint }),
  'certificates.reject': ({ fingerprint }) => ({ action: 'reject certificate', subject: fingerprint }),
  'certificates.renew': () => ({ action: 'renew certificate', subject: '' }),
  'quarantine.retry': (choice) => ({ action: 'retry quarantine', subject: chosen(choice) }),
  'quarantine.fix': ({ id, key }) => ({ action: 'correct value', subject: `${key} (${id})` }),
  'quarantine.discard': (choice) => ({ action: 'discard quarantine', subject: chosen(choice) }),
  'opcua.write': ({ target, nodeId, value }) => ({
    action: 'write',
    subject: `${source(target)} ${nodeId} = ${value.slice(0, 100)}`,
  }),
  'opcua.call': ({ target, methodId, arguments: args }) => ({
    action: 'call',
    subject: `${source(target)} ${methodId}(${args.join(', ').slice(0, 100)})`,
  }),
  'issues.snooze': ({ id, minutes }) => ({ action: 'snooze issue', subject: `${id}, ${minutes} min` }),
}

/** undefined = only looks. */
export function auditWords(channel: RequestChannel, input: unknown): Words | undefined {
  const words = audited[channel] as ((input: unknown) => Words) | undefined
  return words?.(input)
}

function chosen(choice: RequestParsed<'quarantine.retry'>): string {
  if ('ids' in choice) return `${choice.ids.length} values`
  return choice.filter === '' ? 'all' : `all that match "${choice.filter}"`
}

function source(target: RequestParsed<'opcua.write'>['target']): string {
  return 'connectorId' in target ? target.connectorId : target.connector.id
}
