import type { GatewayStatus } from '../../../shared/status.ts'
import { CausesPanel } from './causes-panel.tsx'
import { HistoryPanel } from './history-panel.tsx'
import { LanesPanel } from './lanes-panel.tsx'
import { QueuePanel } from './queue-panel.tsx'
import { UplinkPanel } from './uplink-panel.tsx'

/** The queue and the line it waits for, now and in the last minutes. */
export function NowView({ status }: { readonly status: GatewayStatus }) {
  return (
    <div className="now">
      <div className="now-column">
        <QueuePanel status={status} />
        <LanesPanel status={status} />
      </div>
      <div className="now-column">
        <UplinkPanel status={status} />
        <CausesPanel />
      </div>
      <HistoryPanel />
    </div>
  )
}
