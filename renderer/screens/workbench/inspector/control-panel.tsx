import { useState } from 'react'
import type { NodeDetails, OpcuaTarget } from '../../../../shared/api/contract.ts'
import { type ErrorReport, failed, type Result } from '../../../../shared/errors.ts'
import { request } from '../../../api/client.ts'
import { ErrorNote, Note } from '../../../components/note.tsx'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { NodeControl } from '../../nodes/node-control.tsx'

const text = workbenchText.inspector

/** Writing and calling behind their three gates; the first, the configuration, is opened through the draft. */
export function ControlPanel(props: {
  readonly target: OpcuaTarget
  readonly details: NodeDetails
  readonly reread: () => void
}) {
  const { target, details } = props
  const [error, setError] = useState<ErrorReport>()
  const [isInDraft, setInDraft] = useState(false)
  const allow = async (): Promise<void> => {
    if (!('connectorId' in target)) return
    const result = await allowInDraft(target.connectorId, details)
    setError(result.ok ? undefined : result.error)
    setInDraft(result.ok)
  }
  return (
    <>
      {error ? <ErrorNote error={error} /> : null}
      {isInDraft ? (
        <Note tone="ok" role="status">
          {text.allowed}
        </Note>
      ) : null}
      <NodeControl {...props} edited={false} onAllow={() => void allow()} />
    </>
  )
}

async function allowInDraft(connectorId: string, details: NodeDetails): Promise<Result<null>> {
  const draft = await request('draft.get', null)
  if (!draft.ok) return draft
  const { config, state } = draft.value
  const at = config.connectors.findIndex(({ id }) => id === connectorId)
  const connector = config.connectors[at]
  if (connector?.type !== 'opcua')
    return failed({ code: 'CONFIG_CONFLICT', message: text.notInDraft, hint: text.allowInDraft })
  const list = details.method ? 'callable' : 'writable'
  if (connector[list].includes(details.nodeId)) return { ok: true, value: null }
  const name = details.attributes.find((a) => a.name === 'DisplayName')?.value ?? details.nodeId
  const edit = await request('draft.edit', {
    revision: state.revision,
    label: (details.method ? text.labels.call : text.labels.write)(name).slice(0, 200),
    steps: [{ op: 'set', path: ['connectors', at, list], value: [...connector[list], details.nodeId] }],
  })
  if (!edit.ok) return edit
  const [problem] = edit.value.problems
  return problem
    ? failed({ code: 'CONFIG_INVALID', message: `${problem.path}: ${problem.message}`, hint: '' })
    : { ok: true, value: null }
}
