import type { NodeDetails, OpcuaTarget, TextValue } from '../../../shared/api/opcua-requests.ts'
import { StateMark } from '../../components/state-mark.tsx'
import { formatMomentMs } from '../../format.ts'
import { errorWhat } from '../../i18n/en-codes.ts'
import { nodesText } from '../../i18n/en-nodes.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'

const text = nodesText.details
const everyMs = 1000
/** Shown live above the table. */
const liveNames = ['Value', 'SourceTimestamp', 'ServerTimestamp']

export function NodeAttributes(props: {
  readonly target: OpcuaTarget
  readonly details: NodeDetails
  readonly isVariable: boolean
}) {
  const { details, isVariable } = props
  const shown = isVariable ? details.attributes.filter((a) => !liveNames.includes(a.name)) : details.attributes
  return (
    <div className="node-attributes">
      {isVariable ? <LiveValue target={props.target} nodeId={details.nodeId} /> : null}
      <table className="plain-table">
        <thead>
          <tr>
            <th>{text.attribute}</th>
            <th>{text.attributeValue}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ name, value, quality }) => (
            <tr key={name}>
              <th scope="row" translate="no">
                {name}
              </th>
              <td className="wrap">{/^good/i.test(quality) ? value : <span className="tone-warn">{quality}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function LiveValue({ target, nodeId }: { readonly target: OpcuaTarget; readonly nodeId: string }) {
  const query = useLiveQuery('opcua.read', { target, nodeIds: [nodeId] }, everyMs)
  const value = query.value?.values[0]
  return (
    <div className="live-value">
      <span className="muted">{text.value}</span>
      {value ? <ValueWords value={value} /> : null}
      {query.error ? <span className="tone-bad">{errorWhat(query.error)}</span> : null}
    </div>
  )
}

/** Value, type, quality and time of a reading in one line. */
export function ValueWords({ value }: { readonly value: TextValue }) {
  return (
    <>
      <strong className="mono live-number" title={value.value}>
        {value.value === '' ? nodesText.control.empty : value.value}
      </strong>
      <span className="muted">{value.type}</span>
      <StateMark tone={qualityTone(value.quality)}>{value.quality}</StateMark>
      {value.ts > 0 ? <span className="muted">{formatMomentMs(value.ts)}</span> : null}
    </>
  )
}

export function qualityTone(quality: string): 'ok' | 'warn' | 'bad' {
  if (/^good/i.test(quality)) return 'ok'
  return /^uncertain/i.test(quality) ? 'warn' : 'bad'
}
