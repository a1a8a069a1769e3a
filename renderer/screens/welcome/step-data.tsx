import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { Suggestion } from '../../../shared/api/setup-requests.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { formatCount } from '../../format.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { asSentence } from '../../i18n/punctuation.ts'
import { sayField } from '../../i18n/say.ts'
import { navigate } from '../../stores/route.ts'
import { keepMachine } from './keep-machine.ts'
import { PayloadPreview } from './payload-preview.tsx'
import { isTicked, setSetup, useSetup } from './setup-store.ts'
import { BackLink, StepPage } from './step-page.tsx'
import { type Suggested, useSuggestions } from './use-suggestions.ts'

const text = welcomeText.data

export function StepData() {
  const setup = useSetup()
  const { connector, suggestions } = setup
  const suggested = useSuggestions(connector)
  const [looked, setLooked] = useState<string>()
  const ticked = suggestions.filter((suggestion) => isTicked(setup, suggestion))
  const shown = ticked.find(({ id }) => id === looked) ?? ticked[0]
  return (
    <StepPage
      n={3}
      title={text.title}
      actions={
        <>
          <BackLink to={['connect', '2']} />
          <Button variant="subtle" onClick={() => void pickByHand()}>
            {text.byHand}
          </Button>
          <span className="spacer" />
          {ticked.length > 0 ? <span className="muted">{totalWords(ticked)}</span> : null}
          <Button disabled={ticked.length === 0} onClick={() => navigate('overview', 'connect', '4')}>
            {text.start}
          </Button>
        </>
      }
    >
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
    </StepPage>
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
        const { ticked: others } = useSetup.getState()
        setSetup({ ticked: { ...others, [suggestion.id]: checked } })
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

function totalWords(ticked: readonly Suggestion[]): string {
  const sum = (of: (suggestion: Suggestion) => number): string =>
    formatCount(ticked.reduce((total, suggestion) => total + of(suggestion), 0))
  return text.total(
    sum(({ devices }) => devices),
    sum(({ keys }) => keys),
  )
}

/** The server goes into the draft without data; the tree takes over from there. */
async function pickByHand(): Promise<void> {
  if ((await keepMachine()).state === 'saved') navigate('workbench')
}
