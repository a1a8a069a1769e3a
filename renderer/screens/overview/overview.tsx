import { Button } from '@mantine/core'
import { lazy, Suspense } from 'react'
import type { GatewayStatus } from '../../../shared/status.ts'
import { Empty } from '../../components/empty.tsx'
import { frameText } from '../../i18n/en-frame.ts'
import { overviewText as text } from '../../i18n/en-overview.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { useLink } from '../../stores/link-store.ts'
import { hrefOf, useRoute } from '../../stores/route.ts'
import { useStatus } from '../../stores/status-store.ts'
import { AttentionList } from './attention-list.tsx'
import { BalanceLine } from './balance-line.tsx'
import { DevicesTable } from './devices-table.tsx'
import { Pipeline } from './pipeline.tsx'

const Welcome = lazy(async () => ({ default: (await import('../welcome/welcome.tsx')).Welcome }))
/** Below `#/overview`: the first run. `empty` is the Overview of a gateway that has nothing yet. */
const firstRun: readonly (string | undefined)[] = ['welcome', 'connect', 'import']

/** The operator's home: is it delivering, and if not, where does it stop and why? */
export function Overview() {
  const status = useStatus((s) => s.status)
  const online = useLink((link) => link.state === 'online')
  const { detail } = useRoute()
  const changes = useDraft((d) => (d.error ? -1 : d.state?.changes))
  const isNew = status !== undefined && isUntouched(status) && detail.length === 0
  if (!status || (isNew && changes === undefined)) {
    return (
      <div className="panel overview-loading" aria-busy="true">
        <Empty title={frameText.waitingForGateway} />
      </div>
    )
  }
  if (firstRun.includes(detail[0]) || (isNew && changes === 0)) {
    return (
      <Suspense fallback={null}>
        <Welcome />
      </Suspense>
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

const isUntouched = ({ connectors, uplink }: GatewayStatus): boolean =>
  connectors.length === 0 && uplink.state === 'unconfigured'

function NothingConnected({ uplinkMissing }: { readonly uplinkMissing: boolean }) {
  const changes = useDraft((d) => d.state?.changes ?? 0)
  return (
    <section className="panel overview-fill" aria-label={text.empty.title}>
      <Empty
        title={text.empty.title}
        actions={
          <>
            <Button component="a" href={hrefOf('overview', 'welcome')}>
              {changes > 0 ? welcomeText.continueSetup : welcomeText.setUp}
            </Button>
            <Button component="a" variant="default" href={hrefOf('sources', 'new', 'opcua')}>
              {text.empty.addOpcua}
            </Button>
            <Button component="a" variant="default" href={hrefOf('sources', 'new', 'mqtt')}>
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
