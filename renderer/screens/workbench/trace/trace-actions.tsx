import { Button } from '@mantine/core'
import { useState } from 'react'
import type { TraceAction, TraceReport, TraceStage } from '../../../../shared/api/mapping-requests.ts'
import { request } from '../../../api/client.ts'
import { traceText as text } from '../../../i18n/en-trace.ts'
import { hrefOf } from '../../../stores/route.ts'
import { usePane } from '../mapping/pane-store.ts'
import { useWorkbench } from '../selection.ts'

export function TraceActions({ stage, report }: { readonly stage: TraceStage; readonly report: TraceReport }) {
  if (stage.actions.length === 0) return null
  return (
    <div className="row-gap trace-actions">
      {stage.actions.map((action) => (
        <Action key={`${action.kind} ${action.target}`} action={action} report={report} />
      ))}
    </div>
  )
}

function Action({ action, report }: { readonly action: TraceAction; readonly report: TraceReport }) {
  const [isTried, setTried] = useState(false)
  const label = text.actions[action.kind]
  const look = { size: 'compact-xs', variant: 'default' } as const
  if (action.kind === 'retry')
    return (
      <Button
        {...look}
        onClick={() => {
          setTried(true)
          void request('connector.retry', { connectorId: action.target })
        }}
      >
        {isTried ? text.tried : label}
      </Button>
    )
  if (action.kind === 'mapping')
    return (
      <Button
        {...look}
        onClick={() => {
          usePane.setState({ tab: 'devices' })
          useWorkbench.setState({ device: report.device, key: report.key })
          document.querySelector<HTMLElement>('.mapping-grid')?.focus()
        }}
      >
        {label}
      </Button>
    )
  return (
    <Button {...look} component="a" href={hrefFor(action)}>
      {label}
    </Button>
  )
}

function hrefFor({ kind, target }: TraceAction): string {
  switch (kind) {
    case 'issue':
      return hrefOf('activity', 'issues', target)
    case 'source':
      return hrefOf('sources', target)
    case 'quarantine':
      return hrefOf('delivery', 'quarantine', target)
    case 'storage':
      return hrefOf('delivery', 'storage')
    case 'review':
      return hrefOf('versions')
    default:
      return hrefOf('thingsboard')
  }
}
