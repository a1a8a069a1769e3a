import type { Datapoint } from '../pipeline/stages.ts'
import { encodeChunks } from './chunk.ts'
import type { AttributeRow, RetentionClass } from './protocol.ts'
import { toRow } from './translate.ts'

interface Sorted {
  readonly chunks: ArrayBuffer[]
  readonly classes: RetentionClass[]
  readonly attributes: AttributeRow[]
  readonly latest: AttributeRow[]
}

/** By what happens to them: chunks of each retention class, and rows of which only the newest waits. */
export function sort(datapoints: readonly Datapoint[]): Sorted {
  const sorted: Sorted = { chunks: [], classes: [], attributes: [], latest: [] }
  const special = datapoints.some(({ series: { kind, retention } }) => kind === 'attribute' || retention !== undefined)
  const byClass: readonly Datapoint[][] = special ? [[], [], []] : [datapoints as Datapoint[]]
  if (special) {
    for (const datapoint of datapoints) {
      const { kind, retention } = datapoint.series
      if (kind === 'attribute') sorted.attributes.push(toRow(datapoint))
      else if (retention === 'latest') sorted.latest.push(toRow(datapoint))
      else byClass[retention === undefined ? 0 : retention === 'guaranteed' ? 1 : 2]?.push(datapoint)
    }
  }
  for (const [retention, some] of byClass.entries()) {
    if (some.length === 0) continue
    for (const chunk of encodeChunks(some)) {
      sorted.chunks.push(chunk)
      sorted.classes.push(retention as RetentionClass)
    }
  }
  return sorted
}
