import { useEffect } from 'react'
import { Empty } from '../../../components/empty.tsx'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { useConfig } from '../../../stores/config-store.ts'
import { useChosenRow } from '../chosen-device.ts'
import { useWorkbench } from '../selection.ts'
import { sessionOf } from '../source-pane/source-session.ts'
import { visited } from '../visits.ts'
import { NodeInspector } from './node-inspector.tsx'
import { RowInspector } from './row-inspector.tsx'
import { TopicInspector } from './topic-inspector.tsx'

const text = workbenchText.inspector

/** Right side: all about the row with the cursor. */
export function Inspector() {
  const focused = useWorkbench((w) => w.focused)
  const connectorId = useWorkbench((w) => w.connectorId)
  const connector = useConfig((c) => c.config)?.connectors.find(
    ({ id }) => id === (focused?.connectorId ?? connectorId),
  )
  useEffect(() => {
    if (focused) visited(focused)
  }, [focused])
  const row = useChosenRow()
  if (!focused && row.device !== undefined && row.key !== undefined)
    return <RowInspector device={row.device} name={row.key} />
  if (!focused || !connector) return <Empty title={connector?.type === 'mqtt' ? text.chooseTopic : text.choose} />
  const session = sessionOf(connector)
  return focused.kind === 'node' ? (
    <NodeInspector session={session} item={focused} />
  ) : (
    <TopicInspector session={session} item={focused} />
  )
}
