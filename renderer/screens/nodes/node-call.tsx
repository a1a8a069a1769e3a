import { Button } from '@mantine/core'
import { useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { MethodArgument } from '../../../shared/api/opcua-requests.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { Confirm } from '../../components/confirm.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { TextField } from '../../forms/fields.tsx'
import { nodesText } from '../../i18n/en-nodes.ts'
import { sayField } from '../../i18n/say.ts'
import { qualityTone } from './node-attributes.tsx'
import type { ControlProps } from './node-control.tsx'

const text = nodesText.control

type Outcome =
  | { readonly kind: 'called'; readonly result: RequestOutput<'opcua.call'> }
  | { readonly kind: 'refused'; readonly error: ErrorReport }

const noInputs: readonly MethodArgument[] = []

/** A method with its arguments as text, a question, and what it returned. */
export function NodeCall({ target, details }: ControlProps) {
  const inputs = details.method?.inputs ?? noInputs
  const objectId = details.method?.objectId ?? ''
  const [values, setValues] = useState<readonly string[]>(() => inputs.map(() => ''))
  const [asking, setAsking] = useState(false)
  const [calling, setCalling] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>()
  const name = details.attributes.find((a) => a.name === 'DisplayName')?.value ?? details.nodeId
  const call = async (): Promise<void> => {
    setAsking(false)
    setCalling(true)
    const result = await request('opcua.call', {
      target,
      objectId,
      methodId: details.nodeId,
      arguments: [...values],
    })
    setCalling(false)
    setOutcome(result.ok ? { kind: 'called', result: result.value } : { kind: 'refused', error: result.error })
  }
  return (
    <>
      <form
        className="form call-form"
        onSubmit={(event) => {
          event.preventDefault()
          setAsking(true)
        }}
      >
        {inputs.length === 0 ? <p className="muted">{text.noInputs}</p> : null}
        {inputs.map((input, at) => (
          <TextField
            // biome-ignore lint/suspicious/noArrayIndexKey: arguments are known by their place (OPC UA Part 4, 5.12.2).
            key={at}
            label={text.argument(input.name, input.type)}
            description={input.description || undefined}
            mono
            value={values[at]}
            onChange={(value) => setValues(values.map((old, i) => (i === at ? value : old)))}
          />
        ))}
        <div>
          <Button type="submit" loading={calling}>
            {text.call}
          </Button>
        </div>
      </form>
      {outcome?.kind === 'refused' ? <ErrorNote error={outcome.error} /> : null}
      {outcome?.kind === 'called' ? <Called result={outcome.result} /> : null}
      <Confirm
        opened={asking}
        title={text.callTitle(name)}
        action={text.callConfirm}
        onCancel={() => setAsking(false)}
        onConfirm={() => void call()}
      >
        <p>{text.callBody(name, objectId)}</p>
        <dl className="facts">
          {inputs.map((input, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: arguments are known by their place (OPC UA Part 4, 5.12.2).
            <div key={at}>
              <dt>{input.name}</dt>
              <dd className="mono">{values[at] || text.empty}</dd>
            </div>
          ))}
        </dl>
      </Confirm>
    </>
  )
}

function Called({ result }: { readonly result: RequestOutput<'opcua.call'> }) {
  return (
    <Note tone={qualityTone(result.status)} role="status">
      <strong>{sayField(result, 'detail')}</strong>
      {result.outputs.length === 0 ? <div className="muted">{text.noOutputs}</div> : null}
      <dl className="facts">
        {result.outputs.map(({ name, type, value }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: results are known by their place (OPC UA Part 4, 5.12.2).
          <div key={at}>
            <dt>{text.argument(name, type)}</dt>
            <dd className="mono">{value || text.empty}</dd>
          </div>
        ))}
      </dl>
    </Note>
  )
}
