import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { TopicSuggestion } from '../../../shared/api/setup-requests.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { formatCount } from '../../format.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { workbenchText } from '../../i18n/en-workbench.ts'
import type { MqttDraft } from '../../stores/source-drafts.ts'
import { ExploreForm } from '../workbench/source-pane/explore-form.tsx'
import { ExploreWords } from '../workbench/source-pane/explore-words.tsx'
import { DataPage } from './data-page.tsx'
import { isTicked, tick, useSetup } from './setup-store.ts'
import { TopicPreview } from './topic-preview.tsx'
import { type Listening, useListening } from './use-listening.ts'

const text = welcomeText.topics

/** What a broker sends: listened to for a chosen time, grouped by shape, with exactly what ThingsBoard will get of it. */
export function StepTopics({ connector }: { readonly connector: MqttDraft }) {
  const setup = useSetup()
  const { topics } = setup
  const listening = useListening(connector)
  const [looked, setLooked] = useState<string>()
  const ticked = topics.filter((one) => isTicked(setup, one))
  const shown = topics.find(({ id }) => id === looked) ?? ticked[0]
  return (
    <DataPage totals={ticked}>
      <div className="setup-columns">
        <section className="setup-stack" aria-label={welcomeText.data.list}>
          <Heard listening={listening} />
          {topics.map((one) => (
            <TopicRow key={one.id} suggestion={one} onLook={() => setLooked(one.id)} />
          ))}
        </section>
        <TopicPreview connectorId={connector.id} suggestion={shown} messages={listening.answer?.messages ?? []} />
      </div>
    </DataPage>
  )
}

function Heard({ listening }: { readonly listening: Listening }) {
  const { answer, error, start, stop } = listening
  const [isAsking, setAsking] = useState(false)
  const status = answer?.status
  const isIdle = status === undefined || status.state === 'idle'
  if (error && isIdle) return <ErrorNote error={error} />
  if (!answer || !status || isIdle || isAsking)
    return (
      <ExploreForm
        filters="#"
        onStart={(filters, seconds) => {
          setAsking(false)
          start(filters, seconds)
        }}
        onCancel={isAsking ? () => setAsking(false) : undefined}
      />
    )
  const isOver = status.state === 'ended' || status.state === 'failed'
  return (
    <>
      <section className="explore-bar" aria-label={workbenchText.explore.title}>
        <ExploreWords status={status} />
        <span className="spacer" />
        <Button size="compact-sm" variant="default" onClick={isOver ? () => setAsking(true) : stop}>
          {isOver ? workbenchText.explore.again : workbenchText.explore.stop}
        </Button>
      </section>
      {error ? <ErrorNote error={error} /> : status.error ? <ErrorNote error={status.error} /> : null}
      {answer.isCut ? <Note tone="warn">{text.cut}</Note> : null}
      {answer.unread > 0 ? <p className="muted">{text.unread(answer.unread)}</p> : null}
      {isOver && answer.suggestions.length === 0 ? (
        <Empty title={workbenchText.explore.nothing}>{workbenchText.explore.nothingBody}</Empty>
      ) : null}
    </>
  )
}

function TopicRow({ suggestion, onLook }: { readonly suggestion: TopicSuggestion; readonly onLook: () => void }) {
  const ticked = useSetup((setup) => isTicked(setup, suggestion))
  const { id, name, topics, devices, keys, keyNames, rules } = suggestion
  const becomes = welcomeText.data.becomes(devices, formatCount(keys))
  return (
    <Checkbox.Card
      className="setup-suggestion"
      checked={ticked}
      aria-label={`${name}: ${becomes}`}
      onFocus={onLook}
      onMouseEnter={onLook}
      onChange={(checked) => {
        tick(id, checked)
        onLook()
      }}
    >
      <Checkbox.Indicator />
      <span className="setup-suggestion-title mono">{name}</span>
      <span className="setup-suggestion-becomes">{becomes}</span>
      <span className="setup-suggestion-keys muted">{keyNames.join(', ')}</span>
      <span className="setup-suggestion-rule muted">
        {text.of(topics)} {rules.some(({ device }) => device.includes('${')) ? text.future : text.fixed}
      </span>
    </Checkbox.Card>
  )
}
