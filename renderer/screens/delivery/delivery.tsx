import { Tabs } from '@mantine/core'
import type { GatewayStatus } from '../../../shared/status.ts'
import { Empty } from '../../components/empty.tsx'
import { formatCount } from '../../format.ts'
import { deliveryText as text } from '../../i18n/en-delivery.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { useLink } from '../../stores/link-store.ts'
import { navigate, useRoute } from '../../stores/route.ts'
import { useStatus } from '../../stores/status-store.ts'
import { Equation } from './equation.tsx'
import { LedgerView } from './ledger-view.tsx'
import { NowView } from './now-view.tsx'
import { QuarantineView } from './quarantine-view.tsx'
import { StorageView } from './storage-view.tsx'

const tabs = ['now', 'quarantine', 'ledger', 'storage'] as const

/** What waits, what was refused, what was given up. Addresses: `#/delivery/quarantine`, `#/delivery/ledger/<cause>` … */
export function Delivery() {
  const status = useStatus((s) => s.status)
  const online = useLink((link) => link.state === 'online')
  const { detail } = useRoute()
  if (!status) {
    return (
      <div className="panel screen-fill" aria-busy="true">
        <Empty title={frameText.waitingForGateway} />
      </div>
    )
  }
  const tab = tabs.find((name) => name === detail[0]) ?? 'now'
  return (
    <section className={`delivery${online ? '' : ' stale'}`} aria-label={text.title}>
      <h1 className="visually-hidden">{text.title}</h1>
      <Equation status={status} />
      <div className="panel delivery-tabs">
        <Tabs
          value={tab}
          onChange={(value) => navigate('delivery', ...(value === null || value === 'now' ? [] : [value]))}
          keepMounted={false}
          classNames={{ root: 'editor-tabs', panel: 'editor-panel' }}
        >
          <Tabs.List>
            <Tabs.Tab value="now">{text.tabs.now}</Tabs.Tab>
            <Tabs.Tab value="quarantine">{quarantineTab(status)}</Tabs.Tab>
            <Tabs.Tab value="ledger">{text.tabs.ledger}</Tabs.Tab>
            <Tabs.Tab value="storage">{text.tabs.storage}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="now">
            <NowView status={status} />
          </Tabs.Panel>
          <Tabs.Panel value="quarantine">
            <QuarantineView key={detail[1]} wanted={detail[1]} />
          </Tabs.Panel>
          <Tabs.Panel value="ledger">
            <LedgerView wanted={detail[0] === 'ledger' ? detail[1] : undefined} />
          </Tabs.Panel>
          <Tabs.Panel value="storage">
            <StorageView status={status} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </section>
  )
}

function quarantineTab({ store }: GatewayStatus): string {
  const rows = store.quarantineRows
  return rows > 0 ? `${text.tabs.quarantine} (${formatCount(rows)})` : text.tabs.quarantine
}
