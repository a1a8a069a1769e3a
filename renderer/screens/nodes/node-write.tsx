import { Button } from '@mantine/core'
import { useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { Confirm } from '../../components/confirm.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { TextField } from '../../forms/fields.tsx'
import { nodesText } from '../../i18n/en-nodes.ts'
import { sayField } from '../../i18n/say.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { qualityTone, ValueWords } from './node-attributes.tsx'
import type { ControlProps } from './node-control.tsx'

const text = nodesText.control
const everyMs = 1000

type Outcome =
  | { readonly kind: 'written'; readonly result: RequestOutput<'opcua.write'> }
  | { readonly kind: 'refused'; readonly error: ErrorReport }

/** One value: what is there, what shall be there, a question, and what the server says is there afterwards. */
export function NodeWrite({ target, details, reread }: ControlProps) {
  const live = useLiveQuery('opcua.read', { target, nodeIds: [details.nodeId] }, everyMs)
  const present = live.value?.values[0]
  const [value, setValue] = useState('')
  const [asking, setAsking] = useState(false)
  const [writing, setWriting] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>()
  const name = details.attributes.find((a) => a.name === 'DisplayName')?.value ?? details.nodeId
  const dataType = details.attributes.find((a) => a.name === 'DataType')?.value ?? present?.type ?? ''
  const write = async (): Promise<void> => {
    setAsking(false)
    setWriting(true)
    const result = await request('opcua.write', { target, nodeId: details.nodeId, value })
    setWriting(false)
    setOutcome(result.ok ? { kind: 'written', result: result.value } : { kind: 'refused', error: result.error })
    live.refresh()
    reread()
  }
  return (
    <>
      <div className="live-value">
        <span className="muted">{text.old}</span>
        {present ? <ValueWords value={present} /> : null}
      </div>
      <form
        className="field-with-button"
        onSubmit={(event) => {
          event.preventDefault()
          setAsking(true)
        }}
      >
        <TextField label={text.new} description={text.newHint(dataType)} mono value={value} onChange={setValue} />
        <Button type="submit" className="under-description" loading={writing} disabled={!present}>
          {text.write}
        </Button>
      </form>
      {outcome?.kind === 'refused' ? <ErrorNote error={outcome.error} /> : null}
      {outcome?.kind === 'written' ? <Written result={outcome.result} /> : null}
      <Confirm
        opened={asking}
        title={text.writeTitle(name)}
        action={text.writeConfirm}
        onCancel={() => setAsking(false)}
        onConfirm={() => void write()}
      >
        <p className="mono confirm-node">{details.nodeId}</p>
        <dl className="facts">
          <div>
            <dt>{text.old}</dt>
            <dd className="mono">{present?.value || text.empty}</dd>
          </div>
          <div>
            <dt>{text.new}</dt>
            <dd className="mono">
              <strong>{value || text.empty}</strong>
            </dd>
          </div>
        </dl>
      </Confirm>
    </>
  )
}

function Written({ result }: { readonly result: RequestOutput<'opcua.write'> }) {
  return (
    <Note tone={qualityTone(result.status)} role="status">
      <strong>{text.written}</strong>
      <dl className="facts">
        <div>
          <dt>{text.before}</dt>
          <dd className="mono">{result.before.value || text.empty}</dd>
        </div>
        <div>
          <dt>{text.after}</dt>
          <dd className="mono">{result.after.value || text.empty}</dd>
        </div>
        <div>
          <dt>{text.status}</dt>
          <dd>{result.status}</dd>
        </div>
      </dl>
      {sayField(result, 'detail')}
    </Note>
  )
}
