import type { TagRow } from '../../../shared/api/contract.ts'
import { Note } from '../../components/note.tsx'
import { formatCount } from '../../format.ts'
import { tagsText as text } from '../../i18n/en-rules.ts'
import { nextSentence } from '../../i18n/punctuation.ts'
import { sayField } from '../../i18n/say.ts'

/** The chosen tag in full: what does not fit into its row, and why it is not collected. */
export function TagFacts({ tag }: { readonly tag: TagRow }) {
  const facts: readonly (readonly [string, string])[] = [
    [text.columns.node, tag.node],
    ...(tag.nodeId === '' ? [] : [[text.columns.nodeId, tag.nodeId] as const]),
    [
      text.granted,
      tag.samplingMs === undefined || tag.state === 'polled'
        ? (tag.state === 'polled' ? text.polledEvery : text.askedOnly)(
            formatCount(tag.samplingMs ?? tag.requestedSamplingMs),
            formatCount(tag.requestedQueueSize),
          )
        : [
            text.samplingTitle(formatCount(tag.requestedSamplingMs), formatCount(tag.samplingMs)),
            text.queueTitle(formatCount(tag.requestedQueueSize), formatCount(tag.queueSize ?? 0)),
          ].join(nextSentence),
    ],
  ]
  return (
    <section className="log-line tag-facts" aria-label={text.chosen}>
      <strong>{`${tag.device} · ${tag.key}`}</strong>
      {tag.problem ? <Note tone={tag.state === 'polled' ? 'warn' : 'bad'}>{sayField(tag, 'problem')}</Note> : null}
      <dl className="facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
