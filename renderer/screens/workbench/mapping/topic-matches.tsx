import { Button, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { RequestInput, RequestOutput } from '../../../../shared/api/contract.ts'
import type { MappedValue } from '../../../../shared/api/mapping-requests.ts'
import { type MqttTopicConfig, mqttTopicSchema } from '../../../../shared/config/mqtt.ts'
import { type Column, DataGrid } from '../../../components/data-grid.tsx'
import { ErrorNote, Note } from '../../../components/note.tsx'
import { formatCount } from '../../../format.ts'
import { mappingText } from '../../../i18n/en-mapping.ts'
import { rulesText } from '../../../i18n/en-rules.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import type { TopicDraft } from '../../sources/topic-editor.tsx'
import { ProblemLines } from '../sample/problem-lines.tsx'
import { useSettledValue } from './use-settled.ts'

const text = mappingText.rules
/** No server is asked: samples are in the engine's memory. */
const settleMs = 100
const refreshMs = 2000

interface Props {
  readonly topic: TopicDraft
  readonly connectorId: string
  readonly place: number
}

/** What the topic rule makes of the last messages, or of one that is typed. */
export function TopicMatches({ topic, connectorId, place }: Props) {
  const [typed, setTyped] = useState<{ topic: string; payload: string }>()
  const settled = useSettledValue(topic, settleMs)
  const parsed = mqttTopicSchema.safeParse(settled)
  return (
    <section className="panel rule-matches" aria-label={text.matches}>
      {parsed.success ? (
        <Answer
          question={{
            connectorId,
            topic: parsed.data,
            ...(place >= 0 ? { place } : {}),
            ...(typed && typed.topic !== '' ? { samples: [typed] } : {}),
          }}
          filter={parsed.data.filter}
          typed={typed}
          onTyped={setTyped}
        />
      ) : (
        <p className="rule-preview-note muted">{rulesText.preview.incomplete}</p>
      )}
    </section>
  )
}

function Answer(props: {
  readonly question: RequestInput<'preview.topic'>
  readonly filter: MqttTopicConfig['filter']
  readonly typed: { topic: string; payload: string } | undefined
  readonly onTyped: (typed: { topic: string; payload: string } | undefined) => void
}) {
  const { question, typed, onTyped, filter } = props
  const query = useLiveQuery('preview.topic', question, typed ? 0 : refreshMs)
  const preview = query.value
  return (
    <>
      <header className="panel-head">
        <h2>{text.matches}</h2>
        <span className="muted" role="status">
          {preview
            ? `${text.count(formatCount(preview.devices), formatCount(preview.keys))} · ${text.messages(preview.samples.length)}`
            : ''}
        </span>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() =>
            onTyped(typed ? undefined : (preview?.samples[0] ?? { topic: filter.replace(/[+#]/g, 'x'), payload: '{}' }))
          }
        >
          {typed ? text.useLast : text.type}
        </Button>
      </header>
      {typed ? (
        <div className="topic-sample">
          <TextInput
            label={mappingText.sample.topic}
            classNames={{ input: 'mono' }}
            value={typed.topic}
            onChange={(event) => onTyped({ ...typed, topic: event.currentTarget.value })}
          />
          <Textarea
            label={mappingText.sample.payload}
            classNames={{ input: 'mono' }}
            autosize
            minRows={2}
            maxRows={8}
            value={typed.payload}
            onChange={(event) => onTyped({ ...typed, payload: event.currentTarget.value })}
          />
        </div>
      ) : null}
      {query.error ? (
        <div className="rule-preview-note">
          <ErrorNote error={query.error} />
        </div>
      ) : preview ? (
        <Findings
          preview={preview}
          isTyped={typed !== undefined}
          sample={typed?.payload ?? preview.samples[0]?.payload ?? ''}
        />
      ) : null}
    </>
  )
}

function Findings(props: {
  readonly preview: RequestOutput<'preview.topic'>
  readonly isTyped: boolean
  readonly sample: string
}) {
  const { preview, isTyped, sample } = props
  const { collisions, problems, samples, values } = preview
  return (
    <>
      {collisions.length === 0 ? null : (
        <div className="rule-preview-note">
          <Note tone="warn">
            <strong>{text.collisions}</strong>
            {collisions.slice(0, 3).map((name) => (
              <div key={name}>{name}</div>
            ))}
          </Note>
        </div>
      )}
      <ProblemLines problems={problems} sample={sample} />
      {samples.length === 0 ? (
        <p className="rule-preview-note muted">{text.noMessages}</p>
      ) : isTyped && samples[0]?.matches === false ? (
        <p className="rule-preview-note muted">{mappingText.sample.noMatch}</p>
      ) : (
        <div className="rule-rows">
          <DataGrid label={text.matches} columns={columns} total={values.length} rowAt={(index) => values[index]} />
        </div>
      )}
    </>
  )
}

const columns: readonly Column<MappedValue>[] = [
  {
    id: 'device',
    title: mappingText.map.columns.device,
    width: 'minmax(100px, 1fr)',
    cell: (row) => <strong className="device-name">{row.device}</strong>,
  },
  { id: 'key', title: mappingText.map.columns.key, width: 'minmax(90px, 1fr)', cell: (row) => row.key },
  { id: 'kind', title: mappingText.columns.kind, width: '100px', cell: (row) => mappingText.kinds[row.kind] },
  {
    id: 'value',
    title: mappingText.columns.value,
    width: 'minmax(90px, 1fr)',
    numeric: true,
    cell: (row) => <span className="mono">{row.value}</span>,
  },
]
