import { Button } from '@mantine/core'
import type { QuarantineEntry } from '../../../shared/status.ts'
import { formatCount, formatDate, formatMomentMs } from '../../format.ts'
import { quarantineText } from '../../i18n/en-quarantine.ts'
import { sayField } from '../../i18n/say.ts'
import { QuarantineFix } from './quarantine-fix.tsx'
import type { Correction } from './use-quarantine.ts'

const text = quarantineText.inspector
/** A payload of a megabyte would stop the window while it is laid out. */
const shownLength = 20_000

interface Props {
  readonly entry: QuarantineEntry | undefined
  readonly onFix: (correction: Correction) => Promise<string | undefined>
  readonly onFixed: () => void
  readonly onRetry: (id: number) => void
  readonly onDiscard: (id: number) => void
}

/** One refused value with all that is known of it. */
export function QuarantineInspector({ entry, onFix, onFixed, onRetry, onDiscard }: Props) {
  if (!entry) {
    return (
      <section className="quarantine-inspector" aria-label={text.title}>
        <p className="inspector-empty muted">{text.choose}</p>
      </section>
    )
  }
  return (
    <section className="quarantine-inspector" aria-label={text.title}>
      <h2 className="inspector-title">
        {entry.device} <span className="muted">/</span> {entry.key}
      </h2>
      <dl className="facts">
        <Row name={text.reason}>{sayField(entry, 'reason')}</Row>
        <Row name={text.answer}>{answerWords(entry.reasonCode)}</Row>
        <Row name={text.tries}>{formatCount(entry.attempts)}</Row>
        <Row name={text.refused}>{momentWords(entry.at)}</Row>
        <Row name={text.measured}>{`${momentWords(entry.ts)}, ${text.kind[entry.kind]}`}</Row>
      </dl>
      <Payload entry={entry} />
      <div className="row-gap">
        <Button variant="default" onClick={() => onRetry(entry.id)}>
          {text.retry}
        </Button>
        <Button variant="default" onClick={() => onDiscard(entry.id)}>
          {text.discard}
        </Button>
      </div>
      <QuarantineFix entry={entry} onFix={onFix} onFixed={onFixed} />
    </section>
  )
}

function Row({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Payload({ entry }: { readonly entry: QuarantineEntry }) {
  const type = text.payloadSize(quarantineText.types[entry.type], formatCount(entry.value.length))
  return (
    <div>
      <h3>
        {text.payload} <span className="muted">{type}</span>
      </h3>
      <textarea
        className="payload mono"
        aria-label={text.payload}
        readOnly
        rows={4}
        spellCheck={false}
        value={entry.value.slice(0, shownLength)}
      />
      {entry.value.length > shownLength ? <p className="muted">{text.cut(formatCount(shownLength))}</p> : null}
    </div>
  )
}

/** 0 = no message ever held it (shared/status.ts). */
function answerWords(code: number): string {
  if (code === 0) return text.neverSent
  const name = quarantineText.codes[code]
  const hex = `0x${code.toString(16).toUpperCase().padStart(2, '0')}`
  return name ? `${hex}, ${name}` : hex
}

function momentWords(ts: number): string {
  return `${formatDate(ts)} ${formatMomentMs(ts)}`
}
