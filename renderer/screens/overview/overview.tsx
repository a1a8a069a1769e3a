import { Button } from '@mantine/core'
import { Empty } from '../../components/empty.tsx'
import { frameText } from '../../i18n/en-frame.ts'
import { overviewText as text } from '../../i18n/en-overview.ts'
import { useLink } from '../../stores/link-store.ts'
import { hrefOf } from '../../stores/route.ts'
import { useStatus } from '../../stores/status-store.ts'
import { AttentionList } from './attention-list.tsx'
import { BalanceLine } from './balance-line.tsx'
import { DevicesTable } from './devices-table.tsx'
import { Pipeline } from './pipeline.tsx'

/** The operator's home: is it delivering, and if not, where does it stop and why? */
export function Overview() {
  const status = useStatus((s) => s.status)
  const online = useLink((link) => link.state === 'online')
  if (!status) {
    return (
      <div className="panel overview-loading" aria-busy="true">
        <Empty title={frameText.waitingForGateway} />
      </div>
    )
  }
  const nothing = status.connectors.length === 0
  return (
    <div className={`overview${online ? '' : ' stale'}`}>
      <h1 className="visually-hidden">{frameText.screens.overview}</h1>
      <Pipeline status={status} />
      <BalanceLine balance={status.balance} />
      <AttentionList status={status} />
      {nothing ? <NothingConnected uplinkMissing={status.uplink.state === 'unconfigured'} /> : <DevicesTable />}
    </div>
  )
}

function NothingConnected({ uplinkMissing }: { readonly uplinkMissing: boolean }) {
  return (
    <section className="panel overview-fill" aria-label={text.empty.title}>
      <Empty
        title={text.empty.title}
        actions={
          <>
            <Button component="a" href={hrefOf('sources', 'new', 'opcua')}>
              {text.empty.addOpcua}
            </Button>
            <Button component="a" href={hrefOf('sources', 'new', 'mqtt')}>
              {text.empty.addMqtt}
            </Button>
            {uplinkMissing ? (
              <Button component="a" variant="default" href={hrefOf('thingsboard')}>
                {text.empty.connect}
              </Button>
            ) : null}
          </>
        }
      >
        {text.empty.body}
      </Empty>
    </section>
  )
}
