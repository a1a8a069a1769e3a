import type * as z from 'zod'
import { create } from 'zustand'
import type { ConfigProblem, ConnectorConfig, connectorSchema } from '../../shared/config/gateway.ts'
import { maskedSecret } from '../../shared/config/secret.ts'
import type { ErrorReport } from '../../shared/errors.ts'
import { useDraft } from './draft-store.ts'

// What an operator is typing about sources and is not in the draft yet. It outlives the screen (Ctrl+1 and back loses nothing) but
// not the window.

export type ConnectorDraft = z.input<typeof connectorSchema>
export type OpcuaDraft = Extract<ConnectorDraft, { type: 'opcua' }>
export type MqttDraft = Extract<ConnectorDraft, { type: 'mqtt' }>

export interface SourceDraft {
  readonly draft: ConnectorDraft
  /** What the edit started from; undefined for a new source. */
  readonly base: ConnectorConfig | undefined
  /** Adding or Test was pressed: from then on empty fields are complained about too. */
  readonly attempted: boolean
  /** Said by the engine at the last try to add it to the draft; gone with the next edit. Paths are relative to the source. */
  readonly refused: readonly ConfigProblem[]
  readonly conflict: boolean
  readonly error: ErrorReport | undefined
}

export const useSourceDrafts = create<{ readonly drafts: Readonly<Record<string, SourceDraft>> }>(() => ({
  drafts: {},
}))

export function draftOf(id: string): SourceDraft | undefined {
  return useSourceDrafts.getState().drafts[id]
}

function put(id: string, draft: SourceDraft): void {
  useSourceDrafts.setState(({ drafts }) => ({ drafts: { ...drafts, [id]: draft } }))
}

const untouched = { attempted: false, refused: [], conflict: false, error: undefined } as const

/** Starts an edit with the first change. */
export function editSource(id: string, change: (draft: ConnectorDraft) => ConnectorDraft): void {
  const existing = draftOf(id)
  const base = useDraft.getState().config?.connectors.find((c) => c.id === id)
  if (existing) put(id, { ...existing, draft: change(existing.draft), refused: [], error: undefined })
  else if (base) put(id, { ...untouched, draft: change(base), base })
}

export function markSource(id: string, facts: Partial<Omit<SourceDraft, 'draft'>>): void {
  const existing = draftOf(id)
  if (existing) put(id, { ...existing, ...facts })
}

export function discardSource(id: string): void {
  useSourceDrafts.setState(({ drafts }) => {
    const { [id]: _gone, ...rest } = drafts
    return { drafts: rest }
  })
}

/** A new source of a kind; returns its id. */
export function newSource(type: ConnectorDraft['type']): string {
  const id = freeId(type)
  const draft: ConnectorDraft =
    type === 'opcua' ? { type, id, name: '', endpointUrl: '' } : { type, id, name: '', host: '' }
  put(id, { ...untouched, draft, base: undefined })
  return id
}

/** A copy under a new id. Stored secrets belong to the original and are asked for again. */
export function duplicateSource(connector: ConnectorConfig, copyName: string): string {
  const id = freeId(connector.type)
  put(id, { ...untouched, draft: { ...withoutStoredSecrets(connector), id, name: copyName }, base: undefined })
  return id
}

function withoutStoredSecrets(connector: ConnectorConfig): ConnectorDraft {
  if (connector.type === 'opcua') {
    const { identity } = connector
    if (identity.type !== 'password' || identity.password !== maskedSecret) return connector
    return { ...connector, identity: { ...identity, password: '' } }
  }
  return connector.password === maskedSecret ? { ...connector, password: undefined } : connector
}

function freeId(type: string): string {
  const used = new Set(Object.keys(useSourceDrafts.getState().drafts))
  for (const connector of useDraft.getState().config?.connectors ?? []) used.add(connector.id)
  for (let n = 1; ; n += 1) if (!used.has(`${type}-${n}`)) return `${type}-${n}`
}
