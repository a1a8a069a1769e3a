import type { PreviewOutcome } from '../../../../shared/api/mapping-requests.ts'
import type { ErrorReport } from '../../../../shared/errors.ts'
import { ErrorNote } from '../../../components/note.tsx'
import { mappingText } from '../../../i18n/en-mapping.ts'
import { PayloadText } from '../payload/payload-text.tsx'
import { ProblemLines } from './problem-lines.tsx'

const text = mappingText.sample
const valuesShown = 100

export function SampleResult(props: {
  readonly outcome: PreviewOutcome | undefined
  readonly error: ErrorReport | undefined
  readonly sample: string
  readonly noMatch?: boolean
}) {
  const { outcome, error, sample } = props
  if (error) return <ErrorNote error={error} />
  if (!outcome) return null
  const { values, problems, messages } = outcome
  return (
    <section className="sample-result" aria-label={text.result}>
      <ProblemLines problems={problems} sample={sample} />
      {props.noMatch ? <p className="muted">{text.noMatch}</p> : null}
      {values.length === 0 ? (
        props.noMatch ? null : (
          <p className="muted">{text.nothing}</p>
        )
      ) : (
        <table className="plain-table">
          <thead>
            <tr>
              <th>{mappingText.map.columns.device}</th>
              <th>{mappingText.map.columns.key}</th>
              <th>{mappingText.columns.kind}</th>
              <th>{text.becomes}</th>
            </tr>
          </thead>
          <tbody>
            {values.slice(0, valuesShown).map((value) => (
              <tr key={`${value.kind} ${value.device} ${value.key}`}>
                <td>{value.device}</td>
                <td>{value.key}</td>
                <td>{mappingText.kinds[value.kind]}</td>
                <td className="mono">{value.value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {messages.map((message) => (
        <PayloadText key={`${message.topic} ${message.text}`} message={message} />
      ))}
    </section>
  )
}
