import type { TextValue } from '../../../shared/api/opcua-requests.ts'
import type { Suggestion } from '../../../shared/api/setup-requests.ts'
import { opcuaConnectorSchema } from '../../../shared/config/opcua.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import type { OpcuaDraft } from '../../stores/source-drafts.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'

const text = welcomeText.data
const everyMs = 2000

/** The first devices of a suggestion with their values of now, as they will be sent. */
export function PayloadPreview(props: {
  readonly connector: OpcuaDraft | undefined
  readonly suggestion: Suggestion | undefined
}) {
  const parsed = opcuaConnectorSchema.safeParse(props.connector)
  const { suggestion } = props
  return (
    <section className="panel setup-preview" aria-label={text.preview}>
      <header className="panel-head">
        <h2>{text.preview}</h2>
      </header>
      {suggestion && parsed.success ? (
        <Payloads key={suggestion.id} connector={parsed.data} suggestion={suggestion} />
      ) : (
        <p className="muted setup-wait">{text.previewNone}</p>
      )}
    </section>
  )
}

function Payloads(props: {
  readonly connector: Parameters<typeof opcuaConnectorSchema.parse>[0] & object
  readonly suggestion: Suggestion
}) {
  const { samples, devices } = props.suggestion
  const nodeIds = samples.flatMap((sample) => sample.keys.map((key) => key.node))
  const connector = opcuaConnectorSchema.parse(props.connector)
  const query = useLiveQuery('opcua.read', { target: { connector }, nodeIds }, everyMs)
  const values = query.value?.values
  let at = 0
  return (
    <div className="setup-payloads">
      {samples.map((sample) => {
        const from = at
        at += sample.keys.length
        return (
          <div key={sample.path || sample.device}>
            <div className="setup-device">{sample.device}</div>
            <pre className="mono">{values ? payloadText(sample.keys, values.slice(from, at)) : text.previewWait}</pre>
          </div>
        )
      })}
      {devices > samples.length ? <p className="muted">{text.more(devices - samples.length)}</p> : null}
    </div>
  )
}

/** Numbers and booleans as such, the rest as text; a value that can not be read now has none. */
function payloadText(keys: Suggestion['samples'][number]['keys'], values: readonly TextValue[]): string {
  const lines = keys.map(({ key }, i) => {
    const value = values[i]
    const isGood = value !== undefined && !/^Bad/.test(value.quality) && value.type !== ''
    return `  ${JSON.stringify(key)}: ${isGood ? literal(value) : `– (${value?.quality ?? ''})`}`
  })
  return `{\n${lines.join(',\n')}\n}`
}

function literal({ value, type }: TextValue): string {
  const isPlain = /^(Double|Float|S?Byte|U?Int\d+|Boolean)$/.test(type) && value !== ''
  return isPlain ? value : JSON.stringify(value)
}
