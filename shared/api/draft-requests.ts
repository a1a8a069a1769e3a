import * as z from 'zod'
import { editStepSchema } from '../config/edit.ts'
import { gatewaySchema } from '../config/gateway.ts'
import { saidFieldsSchema } from '../said/said.ts'

// The draft: what the configuration will be once somebody applies it. There is one per gateway, kept by the engine: every
// answered edit is on disk, can be undone after a restart, and every window sees the same draft.

const problem = z.object({ path: z.string(), message: z.string() })

/** Without the configuration itself: small enough to be an event. */
const draftStateSchema = z.object({
  /** Grows with every edit, undo and apply; an edit that names an older one answers CONFIG_CONFLICT. */
  revision: z.number(),
  /** Version the draft started from; 0 = none was ever applied. */
  base: z.number(),
  /** Devices, keys, sources and settings that differ from what runs: a structural comparison, never a flag. */
  changes: z.number(),
  /** Label of what undo would take back, e.g. `Rename Motor_01`; null = nothing. */
  undo: z.string().nullable(),
  redo: z.string().nullable(),
  /** A version proposed from elsewhere waits for a decision. */
  hasProposal: z.boolean(),
  /** An applied version that is taken back by itself unless delivery comes back before `until` (ms since the epoch). */
  trial: z.object({ version: z.number(), until: z.number() }).nullable(),
})

const changeSchema = z.object({
  kind: z.enum(['added', 'changed', 'removed']),
  subject: z.enum(['gateway', 'thingsboard', 'storage', 'source', 'device', 'key', 'topic', 'rule', 'event']),
  /** For the eye: `Line 3 › Motor_01 › Speed`. */
  where: z.array(z.string()),
  /**
   * Address in the document, by identity: `connectors[line-3].devices[Motor_01].keys[Speed]`; an attribute is
   * `keys[Speed, attribute]`, sections and settings are `thingsboard`, `storage`, `name`.
   */
  id: z.string(),
  connectorId: z.string().optional(),
  /** Keys (of a device) or matches that come or go with it. */
  keys: z.number(),
  /** What differs, as text; secrets are masked. */
  fields: z.array(z.object({ name: z.string(), before: z.string(), after: z.string() })),
})

/** One line under Checks. A `problem` will not work as it is; applying it stays possible. */
const checkSchema = z.object({
  check: z.enum(['schema', 'nodes', 'names', 'types', 'sources', 'thingsboard', 'devices']),
  state: z.enum(['ok', 'warning', 'problem', 'unknown']),
  detail: z.string(),
  hint: z.string(),
  /** Addresses or names it is about, the first 100. */
  about: z.array(z.string()),
  said: saidFieldsSchema,
})

const versionSchema = z.object({
  number: z.number(),
  /** ms since the epoch. */
  at: z.number(),
  author: z.string(),
  note: z.string(),
  state: z.enum(['running', 'trial', 'earlier', 'rolled back', 'damaged']),
  /** Against the version before it. */
  added: z.number(),
  changed: z.number(),
  removed: z.number(),
  sources: z.number(),
  devices: z.number(),
  keys: z.number(),
  bytes: z.number(),
  /** Values delivered per minute before it was applied and once it had settled; absent when not measured. */
  deliveredBefore: z.number().optional(),
  deliveredAfter: z.number().optional(),
})

const comparison = z.object({
  changes: z.array(changeSchema).max(2000),
  /** All of them, also those beyond the first 2,000. */
  total: z.number(),
  /** Formatted JSON, secrets masked. */
  before: z.string(),
  after: z.string(),
})

const conflict = z.object({
  id: z.string(),
  where: z.array(z.string()),
  base: z.string(),
  ours: z.string(),
  theirs: z.string(),
})

export const draftRequests = {
  /** Secrets are masked or references, never values. */
  'draft.get': { input: z.null(), output: z.object({ state: draftStateSchema, config: gatewaySchema }) },
  /**
   * `problems` say why it was refused; nothing was changed then. Answers after it is on disk. What is kept may differ from
   * what was sent: defaults are filled in, a typed secret becomes a reference (see `draft.since`).
   */
  'draft.edit': {
    input: z.object({
      revision: z.number(),
      /** What the operator did, in words: shown at Undo and in the change history. */
      label: z.string().min(1).max(200),
      steps: z.array(editStepSchema).max(100_000),
    }),
    output: z.object({ state: draftStateSchema, problems: z.array(problem) }),
  },
  /**
   * What happened since that revision, as steps, so that a window with 100,000 keys follows undo, apply and other windows
   * without fetching all of them; null: too long ago, ask `draft.get`.
   */
  'draft.since': {
    input: z.object({ revision: z.number() }),
    output: z.object({ state: draftStateSchema, steps: z.array(editStepSchema).nullable() }),
  },
  'draft.undo': { input: z.object({ revision: z.number() }), output: draftStateSchema },
  'draft.redo': { input: z.object({ revision: z.number() }), output: draftStateSchema },
  /** Back to what runs. Is itself an edit that can be undone. */
  'draft.discard': { input: z.object({ revision: z.number() }), output: draftStateSchema },
  /** One change of the review taken back; others stay. */
  'draft.revert': { input: z.object({ revision: z.number(), id: z.string() }), output: draftStateSchema },
  /** Compares with what runs and asks the servers that are touched (bounded: a server that does not answer is `unknown`). */
  'draft.review': {
    input: z.null(),
    output: comparison.extend({
      state: draftStateSchema,
      checks: z.array(checkSchema),
      /** Sources that will be restarted, by name. */
      touched: z.array(z.string()),
      /** The storage settings change: the engine starts anew. */
      restarts: z.boolean(),
      /** Expected values per minute, now and with the draft. */
      perMinute: z.object({ now: z.number(), after: z.number() }),
    }),
  },
  /** The draft as the files of a ThingsBoard gateway, each beside what it is of the running configuration. */
  'draft.files': {
    input: z.null(),
    output: z.object({
      isTooLarge: z.boolean(),
      /** JSON text; empty where there is no such file. */
      files: z.array(z.object({ name: z.string(), before: z.string(), after: z.string() })),
      /** Entries of the draft, by what a ThingsBoard gateway makes of them. */
      counts: z.object({ exact: z.number(), interpreted: z.number(), unsupported: z.number() }),
    }),
  },
  'draft.apply': {
    input: z.object({
      revision: z.number(),
      note: z.string().max(1000),
      author: z.string().max(120),
      /** Taken back by itself unless delivery comes back within this; 0 = never. */
      rollBackSeconds: z.int().min(0).max(3600),
    }),
    output: z.object({ version: z.number(), problems: z.array(problem), state: draftStateSchema, ms: z.number() }),
  },
  /** Ends the trial of the applied version: keep it now, or take it back now. */
  'draft.decide': { input: z.object({ keep: z.boolean() }), output: draftStateSchema },
  /** Newest first. */
  'versions.page': {
    input: z.object({ offset: z.int().min(0), limit: z.int().min(1).max(500) }),
    output: z.object({ total: z.number(), rows: z.array(versionSchema) }),
  },
  /** 0 = the draft. */
  'versions.compare': { input: z.object({ from: z.int().min(0), to: z.int().min(0) }), output: comparison },
  /** Makes a draft of it; then the normal way through review and apply. */
  'versions.restore': {
    input: z.object({ number: z.int().min(1), revision: z.number() }),
    output: draftStateSchema,
  },
  /** A configuration from elsewhere (import, file, ThingsBoard) waits beside the draft and overwrites nothing. */
  'proposal.make': {
    input: z.object({ config: z.unknown(), author: z.string().max(120), note: z.string().max(1000) }),
    output: z.object({ state: draftStateSchema, problems: z.array(problem) }),
  },
  'proposal.get': {
    input: z.null(),
    output: z
      .object({
        author: z.string(),
        note: z.string(),
        at: z.number(),
        comparison,
        /** Where draft and proposal changed the same thing differently. */
        conflicts: z.array(conflict),
      })
      .nullable(),
  },
  /** Three-way merge by identity into the draft; conflicts not named keep ours. */
  'proposal.merge': {
    input: z.object({ revision: z.number(), theirs: z.array(z.string()).max(100_000) }),
    output: z.object({ state: draftStateSchema, problems: z.array(problem) }),
  },
  'proposal.dismiss': { input: z.null(), output: draftStateSchema },
} as const

export const draftEvents = {
  'draft.changed': draftStateSchema,
  'versions.changed': z.object({ newest: z.number() }),
} as const

export type DraftState = z.infer<typeof draftStateSchema>
export type ConfigChange = z.infer<typeof changeSchema>
export type ConfigCheck = z.infer<typeof checkSchema>
export type VersionRow = z.infer<typeof versionSchema>
export type Comparison = z.infer<typeof comparison>
export type MergeConflict = z.infer<typeof conflict>
