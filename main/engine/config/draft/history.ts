import { assertExists } from '../../../../shared/assert.ts'
import type { EditStep } from '../../../../shared/config/edit.ts'
import { applySteps } from '../../../../shared/config/edit-steps.ts'
import type { GatewayConfig } from '../../../../shared/config/gateway.ts'
import type { DraftRecord } from './draft-log.ts'

// The draft in memory: a document and what was done to it, both ways. Pure: the log decides what is on disk.

export interface Command {
  readonly label: string
  readonly at: number
  readonly steps: readonly EditStep[]
  readonly inverse: readonly EditStep[]
}

/** What an edit needs to be a record in the log. */
export interface NewCommand {
  readonly label: string
  readonly at: number
  readonly steps: readonly EditStep[]
  /** The version it moves the draft to. */
  readonly base?: number | undefined
}

/** Edits that can be taken back: a day of hard work. Older ones stay done. */
const undoDepth = 1000
/** Steps kept for undo; a pasted line of 100,000 keys is 15 million characters. */
const undoBytes = 64 * 1_048_576

export class History {
  #document: GatewayConfig
  #revision: number
  #base: number
  readonly #done: Command[] = []
  readonly #undone: Command[] = []

  constructor(document: GatewayConfig, revision: number, base: number) {
    this.#document = document
    this.#revision = revision
    this.#base = base
  }

  /** Replays what a log holds; throws when a record does not fit, which a log without damage never has. */
  static replay(records: readonly DraftRecord[], start: (document: unknown) => GatewayConfig): History | undefined {
    const [first, ...rest] = records
    if (first?.kind !== 'start') return undefined
    const history = new History(start(first.document), first.revision, first.base)
    for (const record of rest) history.carryOut(record)
    return history
  }

  get document(): GatewayConfig {
    return this.#document
  }

  get revision(): number {
    return this.#revision
  }

  /** Number of the version the draft is compared and merged with. */
  get base(): number {
    return this.#base
  }

  get nextUndo(): Command | undefined {
    return this.#done.at(-1)
  }

  get nextRedo(): Command | undefined {
    return this.#undone.at(-1)
  }

  get isEmpty(): boolean {
    return this.#done.length === 0 && this.#undone.length === 0
  }

  commands(): readonly Command[] {
    return [...this.#done, ...this.#undone]
  }

  /** The record of an edit that is to be made next. */
  record({ label, at, steps, base }: NewCommand): DraftRecord {
    const record = { kind: 'edit', revision: this.#revision + 1, at, label, steps } as const
    return base === undefined ? record : { ...record, base }
  }

  carryOut(record: DraftRecord): void {
    switch (record.kind) {
      case 'start':
        return
      case 'edit': {
        const { label, at, steps } = record
        const { document, inverse } = applySteps(this.#document, steps)
        this.#document = document
        this.#done.push({ label, at, steps, inverse })
        this.#undone.length = 0
        this.#base = record.base ?? this.#base
        this.#forgetOldest()
        break
      }
      case 'undo': {
        const command = assertExists(this.#done.pop(), 'an undo follows an edit')
        this.#document = applySteps(this.#document, command.inverse).document
        this.#undone.push(command)
        break
      }
      case 'redo': {
        const command = assertExists(this.#undone.pop(), 'a redo follows an undo')
        this.#document = applySteps(this.#document, command.steps).document
        this.#done.push(command)
        break
      }
      case 'base':
        this.#base = record.base
        break
    }
    this.#revision = record.revision
  }

  /** The same draft in as few records as possible. */
  compacted(): DraftRecord[] {
    let start = this.#document
    for (const { inverse } of this.#done.toReversed()) start = applySteps(start, inverse).document
    const undone = this.#undone.toReversed()
    const { length } = this.#done
    const first = this.#revision - length - 2 * undone.length - 1
    let revision = first
    const edits = [...this.#done, ...undone].map(
      ({ label, at, steps }): DraftRecord => ({ kind: 'edit', revision: ++revision, at, label, steps }),
    )
    const undos = undone.map((): DraftRecord => ({ kind: 'undo', revision: ++revision }))
    return [
      { kind: 'start', revision: first, base: this.#base, document: start },
      ...edits,
      ...undos,
      { kind: 'base', revision: this.#revision, base: this.#base },
    ]
  }

  #forgetOldest(): void {
    while (this.#done.length > undoDepth) this.#done.shift()
    let bytes = 0
    for (let i = this.#done.length - 1; i > 0; i--) {
      bytes += bytesOf(this.#done[i]!)
      if (bytes > undoBytes) {
        this.#done.splice(0, i)
        return
      }
    }
  }
}

const sizes = new WeakMap<Command, number>()

function bytesOf(command: Command): number {
  let bytes = sizes.get(command)
  if (bytes === undefined) {
    bytes = JSON.stringify(command.steps).length
    sizes.set(command, bytes)
  }
  return bytes
}
