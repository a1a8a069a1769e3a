import { Button, Checkbox, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { ErrorNote, Note } from '../../components/note.tsx'
import { StateMark } from '../../components/state-mark.tsx'
import { draftText } from '../../i18n/en-draft.ts'
import { keyNames } from '../../i18n/key-names.ts'
import { type ApplyOutcome, applyDraft } from '../../stores/apply-draft.ts'
import { connectorTones } from '../../stores/gateway-tones.ts'
import { closeOverlay } from '../../stores/overlays.ts'
import { useStatus } from '../../stores/status-store.ts'

const text = draftText.panel
const authorKey = 'tb-gateway.author'
/** A gateway that acknowledged nothing for this long is not one whose delivery could stop. */
const deliversWithinMs = 120_000

export function ApplyBar(props: {
  readonly revision: number
  /** Sources that will restart, as far as known. */
  readonly touched: readonly string[]
}) {
  const { revision, touched } = props
  const delivers = useStatus(
    ({ status }) => status !== undefined && (status.uplink.lastAckAt ?? 0) > status.at - deliversWithinMs,
  )
  const [note, setNote] = useState('')
  const [author, setAuthor] = useState(() => localStorage.getItem(authorKey) ?? '')
  const [rollBack, setRollBack] = useState<boolean>()
  const [applying, setApplying] = useState(false)
  const [outcome, setOutcome] = useState<ApplyOutcome>()
  const field = useRef<HTMLInputElement>(null)
  // The comparison comes after the dialog has looked for something to focus.
  useEffect(() => field.current?.focus(), [])

  const apply = async (): Promise<void> => {
    setApplying(true)
    setOutcome(undefined)
    localStorage.setItem(authorKey, author)
    const result = await applyDraft({ revision, note, author, rollBack: rollBack ?? delivers })
    setApplying(false)
    if (result.state === 'applied') closeOverlay()
    else setOutcome(result)
  }

  return (
    <footer className="apply">
      {outcome ? <NotApplied outcome={outcome} /> : null}
      {applying ? <Progress touched={touched} /> : null}
      <div className="apply-fields">
        <TextInput
          className="apply-note"
          data-autofocus
          ref={field}
          label={text.note}
          placeholder={text.notePlaceholder}
          value={note}
          maxLength={1000}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <TextInput
          className="apply-author"
          label={text.author}
          value={author}
          maxLength={120}
          autoComplete="name"
          onChange={(event) => setAuthor(event.currentTarget.value)}
        />
        <Checkbox
          className="apply-back"
          label={text.rollBack}
          checked={rollBack ?? delivers}
          onChange={(event) => setRollBack(event.currentTarget.checked)}
        />
        <Button
          data-apply
          size="sm"
          loading={applying}
          aria-keyshortcuts="Control+Enter"
          rightSection={<kbd className="apply-keys">{keyNames('Ctrl+Enter')}</kbd>}
          onClick={() => void apply()}
        >
          {text.apply}
        </Button>
      </div>
    </footer>
  )
}

/** Each touched source as it comes back. */
function Progress({ touched }: { readonly touched: readonly string[] }) {
  const connectors = useStatus((s) => s.status?.connectors) ?? []
  const rows = touched.map((name) => ({ name, state: connectors.find((c) => c.name === name)?.state }))
  const ready = rows.filter(({ state }) => state === 'online').length
  return (
    <div className="apply-progress" role="status">
      <strong>{touched.length > 0 ? text.progress(ready, touched.length) : text.applying}</strong>
      {rows.map(({ name, state }) => (
        <StateMark key={name} tone={state ? connectorTones[state] : 'busy'}>
          {name}
        </StateMark>
      ))}
    </div>
  )
}

function NotApplied({ outcome }: { readonly outcome: ApplyOutcome }) {
  if (outcome.state === 'failed') {
    return outcome.error.code === 'CONFIG_CONFLICT' ? (
      <Note tone="warn" role="alert">
        {text.conflict}
      </Note>
    ) : (
      <ErrorNote error={outcome.error} />
    )
  }
  if (outcome.state !== 'refused') return null
  return (
    <Note tone="bad" role="alert">
      <strong>{text.problems}</strong>
      {outcome.problems.map(({ path, message }) => (
        <div key={`${path} ${message}`}>{`${path}: ${message}`}</div>
      ))}
    </Note>
  )
}
