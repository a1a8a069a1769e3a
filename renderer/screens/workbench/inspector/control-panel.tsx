import { useState } from 'react'
import type { NodeDetails, OpcuaTarget } from '../../../../shared/api/opcua-requests.ts'
import { type ErrorReport, failed, ok, type Result } from '../../../../shared/errors.ts'
import { ErrorNote, Note } from '../../../components/note.tsx'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { editDraft } from '../../../stores/draft-store.ts'
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
      <NodeControl {...props} onAllow={() => void allow()} />
    </>
  )
}

/** Names the node in the list of the configuration that lets us write or call it. */
async function allowInDraft(connectorId: string, details: NodeDetails): Promise<Result<null>> {
  const name = details.attributes.find((a) => a.name === 'DisplayName')?.value ?? details.nodeId
  const list = details.method ? 'callable' : 'writable'
  const label = (details.method ? text.labels.call : text.labels.write)(name)
  const outcome = await editDraft(label, (config) => ({
    ...config,
    connectors: config.connectors.map((connector) =>
      connector.id !== connectorId || connector.type !== 'opcua' || connector[list].includes(details.nodeId)
        ? connector
        : { ...connector, [list]: [...connector[list], details.nodeId] },
    ),
  }))
  if (outcome.state === 'saved') return ok(null)
  if (outcome.state === 'failed') return failed(outcome.error)
  const [problem] = outcome.state === 'refused' ? outcome.problems : []
  const message = problem ? `${problem.path}: ${problem.message}` : text.notInDraft
  return failed({ code: 'CONFIG_CONFLICT', message, hint: text.allowInDraft })
}
