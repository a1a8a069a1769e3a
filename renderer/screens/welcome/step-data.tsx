import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { Suggestion } from '../../../shared/api/setup-requests.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { formatCount } from '../../format.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { asSentence } from '../../i18n/punctuation.ts'
import { sayField } from '../../i18n/say.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { DataPage } from './data-page.tsx'
import { PayloadPreview } from './payload-preview.tsx'
import { isTicked, tick, useSetup } from './setup-store.ts'
import { StepTopics } from './step-topics.tsx'
import { type Suggested, useSuggestions } from './use-suggestions.ts'

const text = welcomeText.data

/** Of a server its nodes, of a broker its topics. */
export function StepData() {
  const connector = useSetup((setup) => setup.connector)
  return connector?.type === 'mqtt' ? <StepTopics connector={connector} /> : <StepNodes connector={connector} />
}

function StepNodes({ connector }: { readonly connector: OpcuaDraft | undefined }) {
  const setup = useSetup()
  const { suggestions } = setup
  const suggested = useSuggestions(connector)
  const [looked, setLooked] = useState<string>()
  const ticked = suggestions.filter((suggestion) => isTicked(setup, suggestion))
  const shown = ticked.find(({ id }) => id === looked) ?? ticked[0]
  return (
    <DataPage totals={ticked}>
      <div className="setup-columns">
        <section className="setup-stack" aria-label={text.list}>
          <Progress suggested={suggested} />
          {suggestions.map((suggestion) => (
            <SuggestionRow key={suggestion.id} suggestion={suggestion} onLook={() => setLooked(suggestion.id)} />
          ))}
          {suggestions.length === 0 && suggested.status?.isReading === false ? <Empty title={text.none} /> : null}
        </section>
        <PayloadPreview connector={connector} suggestion={shown} />
      </div>
    </DataPage>
  )
}

function Progress({ suggested: { answer, status, error } }: { readonly suggested: Suggested }) {
  if (error) return <ErrorNote error={error} />
  if (status?.state === 'failed')
    return (
      <Note tone="bad">{`${text.failed} ${asSentence(sayField(status, 'detail'))} ${sayField(status, 'hint')}`}</Note>
    )
  const nodes = formatCount(answer?.nodes ?? 0)
  return (
    <p className="muted" role="status">
      {status?.isReading === false ? text.read(nodes) : text.reading(nodes, status ? sayField(status, 'detail') : '…')}
      {answer?.isCut ? ` ${text.cut}` : ''}
    </p>
  )
}

function SuggestionRow({ suggestion, onLook }: { readonly suggestion: Suggestion; readonly onLook: () => void }) {
  const ticked = useSetup((setup) => isTicked(setup, suggestion))
  const { kind, name, devices, keys, keyNames, rule } = suggestion
  const title = kind === 'rest' ? text.rest(keys) : text.group(devices, name)
  return (
    <Checkbox.Card
      className="setup-suggestion"
      checked={ticked}
      aria-label={`${title}: ${text.becomes(devices, formatCount(keys))}`}
      onFocus={onLook}
      onMouseEnter={onLook}
      onChange={(checked) => {
        tick(suggestion.id, checked)
        onLook()
      }}
    >
      <Checkbox.Indicator />
      <span className="setup-suggestion-title">{title}</span>
      <span className="setup-suggestion-becomes">{text.becomes(devices, formatCount(keys))}</span>
      <span className="setup-suggestion-keys muted">{keyNames.join(', ')}</span>
      <span className="setup-suggestion-rule muted">{rule ? text.future : text.fixed}</span>
    </Checkbox.Card>
  )
}
