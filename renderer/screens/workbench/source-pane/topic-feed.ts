import type { RequestInput, RequestOutput } from '../../../../shared/api/contract.ts'
import { exploreLimits } from '../../../../shared/api/explore-limits.ts'
import type { ExploreState } from '../../../../shared/api/explore-requests.ts'
import type { Result } from '../../../../shared/errors.ts'
import { SourceTree } from './source-tree.ts'
import { classOf, TreeModel } from './tree-model.ts'

type Page = RequestOutput<'explore.page'>
type AskPage = (input: RequestInput<'explore.page'>) => Promise<Result<Page>>

/** Between topic and field in a row's key; no topic holds it (MQTT 5, 1.5.4). */
const fieldMark = '\u0000'

export function fieldKey(topic: string, field: string): string {
  return field === '$' ? topic : `${topic}${fieldMark}${field}`
}

/** Topic and field of a row's key. */
export function topicOf(key: string): { readonly topic: string; readonly field: string } {
  const [topic = '', field = '$'] = key.split(fieldMark)
  return { topic, field }
}

/** Brings the topics that were found on a broker into a tree: levels, topics, and the fields of JSON payloads. */
export class TopicFeed {
  readonly tree = new SourceTree()
  readonly #connectorId: string
  readonly #ask: AskPage
  #generation = 0
  #loaded = 0
  #isReading = false
  #wanted: ExploreState | undefined
  #stopped = false

  constructor(connectorId: string, ask: AskPage) {
    this.#connectorId = connectorId
    this.#ask = ask
  }

  stop(): void {
    this.#stopped = true
  }

  async follow(status: ExploreState): Promise<void> {
    this.#wanted = status
    this.#stopped = false
    if (this.#isReading) return
    this.#isReading = true
    while (!this.#stopped && (await this.#step()));
    this.#isReading = false
  }

  async #step(): Promise<boolean> {
    const wanted = this.#wanted
    if (!wanted || wanted.generation === 0) return false
    if (wanted.generation !== this.#generation) {
      // The engine was restarted or somebody explores anew: the topics of before are not there any more.
      if (this.#loaded > 0) this.tree.replace(new TreeModel())
      this.#generation = wanted.generation
      this.#loaded = 0
    }
    if (this.#loaded >= wanted.topics) return false
    const page = { connectorId: this.#connectorId, offset: this.#loaded, limit: exploreLimits.pageTopics }
    const result = await this.#ask(page)
    if (!result.ok || this.#stopped) return false
    this.#wanted = result.value.status
    if (result.value.status.generation !== this.#generation) return true
    for (const topic of result.value.topics) addTopic(this.tree, topic)
    this.#loaded += result.value.topics.length
    this.tree.grown()
    return result.value.topics.length > 0
  }
}

function addTopic(tree: SourceTree, { topic, format, fields }: Page['topics'][number]): void {
  const levels = topic.split('/')
  let parent = -1
  levels.forEach((name, i) => {
    const key = levels.slice(0, i + 1).join('/')
    const isTopic = i === levels.length - 1
    const known = levelRow(tree, parent, key)
    if (known >= 0 && isTopic) tree.model.promote(known, classOf.topic)
    const nodeClass = isTopic ? classOf.topic : classOf.level
    parent = known >= 0 ? known : tree.add({ parent, key, name, nodeClass, typeName: isTopic ? format : '' })
  })
  addFields(tree, parent, topic, fields)
}

/** The row of a level; an empty first level (`/a`) has an empty key of its own. */
function levelRow(tree: SourceTree, parent: number, key: string): number {
  const row = tree.model.rowOf(key)
  return row >= 0 && tree.model.parent(row) === parent ? row : -1
}

/** Containers stand before what is in them; the last step of a path is what is added to its container. */
function addFields(tree: SourceTree, row: number, topic: string, fields: Page['topics'][number]['fields']): void {
  const rows = new Map<string, number>([['$', row]])
  for (const { path, type } of fields) {
    const step = /(\.[^.[\]'"\s]+|\[\d+\]|\['(?:[^'\\]|\\.)*'\])$/.exec(path)?.[0]
    if (step === undefined) continue
    const parent = rows.get(path.slice(0, -step.length)) ?? row
    const name = step.replace(/^\.|^\['|'\]$/g, '').replace(/\\(.)/g, '$1')
    const key = fieldKey(topic, path)
    if (tree.model.rowOf(key) >= 0) continue
    const isContainer = type === 'object' || type === 'array'
    const nodeClass = isContainer ? classOf.level : classOf.field
    rows.set(path, tree.add({ parent, key, name, nodeClass, typeName: type }))
  }
}
