import { Select } from '@mantine/core'
import { useState } from 'react'
import { Empty } from '../../../components/empty.tsx'
import { Evidence } from '../../../components/evidence.tsx'
import { ErrorNote, Note } from '../../../components/note.tsx'
import { mappingText } from '../../../i18n/en-mapping.ts'
import { sayField } from '../../../i18n/say.ts'
import { useDraft } from '../../../stores/draft-store.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import { type ChosenTopic, useChosen, useChosenDevice } from '../chosen-device.ts'
import { useRefreshOn } from '../use-refresh-on.ts'
import { PayloadText } from './payload-text.tsx'

const text = mappingText.payload
/** Values move on; the shape changes with the draft only. */
const everyMs = 2000

/** Exactly what ThingsBoard gets of the selected device, as the draft maps it. */
export function PayloadPanel() {
  const device = useChosenDevice()
  const chosen = useChosen()
  if (device === undefined) return <p className="tool-empty muted">{text.none}</p>
  if (chosen?.kind === 'topic' && chosen.topic.device === device)
    return <TopicPayload key={`${chosen.connectorId} ${chosen.place}`} chosen={chosen} />
  return <Payload key={device} device={device} />
}

/** A topic rule has the devices its messages name. */
function TopicPayload({ chosen }: { readonly chosen: ChosenTopic }) {
  const { connectorId, topic, place } = chosen
  const query = useLiveQuery('preview.topic', { connectorId, topic, place }, everyMs)
  const [wanted, setWanted] = useState<string>()
  const devices = [...new Set(query.value?.values.map(({ device }) => device))]
  const device = devices.find((name) => name === wanted) ?? devices[0]
  if (query.error) return <ErrorNote error={query.error} />
  if (device === undefined) return <p className="tool-empty muted">{query.value ? text.noMessages : ''}</p>
  return (
    <>
      {devices.length > 1 ? (
        <Select
          className="payload-device"
          aria-label={text.device}
          value={device}
          data={devices}
          onChange={(name) => setWanted(name ?? undefined)}
        />
      ) : null}
      <Payload key={device} device={device} />
    </>
  )
}

function Payload({ device }: { readonly device: string }) {
  const revision = useDraft((draft) => draft.state?.revision ?? 0)
  const query = useLiveQuery('preview.payload', { device }, everyMs)
  useRefreshOn(revision, query.refresh)
  if (query.error) return <ErrorNote error={query.error} />
  const payload = query.value
  if (!payload) return null
  const { messages, placeholders, gone, problems } = payload
  const kinds = new Set(messages.flatMap(({ marks }) => marks.map(({ kind }) => kind)))
  return (
    <section className="payload-panel" aria-label={text.messagesOf(device)}>
      <div className="payload-notes">
        <strong className="device-name">{device}</strong>
        {messages.length === 0 ? null : (
          <span className="muted">
            {kinds.has('added') || kinds.has('changed') || gone.length > 0 ? text.differs : text.same}
          </span>
        )}
        {(['added', 'changed', 'placeholder'] as const).map((kind) =>
          kinds.has(kind) ? (
            <mark key={kind} className={`payload-${kind}`}>
              {text.legend[kind]}
            </mark>
          ) : null,
        )}
        {placeholders > 0 ? <span className="muted">{text.placeholders(placeholders)}</span> : null}
        {gone.length > 0 ? <span className="tone-warn">{text.gone(gone.slice(0, 10).join(', '))}</span> : null}
      </div>
      {problems.slice(0, 3).map((problem) => (
        <Note key={problem.message} tone="bad">
          <strong>{sayField(problem, 'message')}</strong> {sayField(problem, 'hint')}
          <Evidence of={problem} field="message" />
        </Note>
      ))}
      {messages.length === 0 ? <Empty title={text.empty} /> : null}
      {messages.map((message, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages have no identity but their order.
        <PayloadText key={index} message={message} />
      ))}
    </section>
  )
}
