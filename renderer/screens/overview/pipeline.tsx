import type { GatewayStatus } from '../../../shared/status.ts'
import { Ago } from '../../components/age.tsx'
import { formatBytes, formatCount, formatDuration, formatMs, formatRate, noValue } from '../../format.ts'
import { overviewText as text } from '../../i18n/en-overview.ts'
import { rateHistory } from '../../stores/rate-history.ts'
import { hrefOf } from '../../stores/route.ts'
import { StageCard, type StageFact } from './stage-card.tsx'
import { stageReports, sum, worstStage } from './stage-reports.ts'

/** Four stages as one pipe: the first one that is not green says where the data stops. */
export function Pipeline({ status }: { readonly status: GatewayStatus }) {
  const reports = stageReports(status)
  const worst = worstStage(reports)
  const points = rateHistory.points
  const { mapping, store, uplink, balance, rates } = status
  const { live, backlog, attributes } = store.lanes
  const enabled = status.connectors.filter((c) => c.state !== 'disabled')
  // Zero would say that nothing flows; in the first seconds nobody knows.
  const rateOf = (perSecond: number): string => (rates.known ? formatRate(perSecond) : noValue)
  const refused = sum(status.connectors, (c) => c.refused)

  return (
    <section className="pipeline" aria-label={text.pipeline}>
      <StageCard
        name={text.stages.read}
        href={hrefOf('sources')}
        report={reports.read}
        worst={worst === 'read'}
        value={rateOf(rates.receivedPerSecond)}
        unit={text.perSecond}
        history={points.map((p) => p.received)}
        historyLabel={text.read.history}
        facts={[
          [
            text.read.sources,
            `${enabled.filter((c) => c.state === 'online').length} ${text.queue.of} ${enabled.length}`,
          ],
          [
            text.read.tagsLabel,
            `${formatCount(sum(enabled, (c) => c.tagsGood))} ${text.queue.of} ${formatCount(sum(enabled, (c) => c.tags))}`,
          ],
          [text.read.refused, formatCount(refused), refused > 0 ? 'warn' : undefined],
        ]}
      />
      <StageCard
        name={text.stages.map}
        href={hrefOf('sources')}
        report={reports.map}
        worst={worst === 'map'}
        value={rateOf(rates.acceptedPerSecond)}
        unit={text.perSecond}
        history={points.map((p) => p.accepted)}
        historyLabel={text.map.history}
        facts={[
          [text.map.devices, `${formatCount(mapping.devices)}, ${formatCount(mapping.series)} ${text.device.keys}`],
          [text.map.filtered, formatCount(mapping.filtered)],
          [text.map.unmappedLabel, formatCount(mapping.unmapped), mapping.unmapped > 0 ? 'warn' : undefined],
        ]}
      />
      <StageCard
        name={text.stages.queue}
        href={hrefOf('delivery')}
        report={reports.queue}
        worst={worst === 'queue'}
        value={formatCount(balance.pending)}
        unit={text.waitingUnit}
        history={points.map((p) => p.waiting)}
        historyLabel={text.queue.history}
        facts={[
          [
            text.queue.lanes,
            text.queue.lanesOf(formatCount(live.pending + attributes.pending), formatCount(backlog.pending)),
          ],
          [text.queue.bytes, `${formatBytes(store.usedBytes)} ${text.queue.of} ${formatBytes(store.limitBytes)}`],
          backlogLeft(status) ?? [
            text.queue.fullIn,
            store.secondsToFull === undefined ? text.queue.never : formatDuration(store.secondsToFull),
          ],
        ]}
      />
      <StageCard
        name={text.stages.deliver}
        href={hrefOf('thingsboard')}
        report={reports.deliver}
        worst={worst === 'deliver'}
        value={rateOf(rates.deliveredPerSecond)}
        unit={text.perSecond}
        history={points.map((p) => p.delivered)}
        historyLabel={text.deliver.history}
        facts={[
          [text.deliver.lastAck, <Ago key="ack" at={uplink.lastAckAt} />],
          [text.deliver.ack, `${formatMs(uplink.ackP50Ms)} / ${formatMs(uplink.ackP99Ms)}`],
          [text.deliver.sourceToAck, `${formatMs(uplink.sourceToAckP50Ms)} / ${formatMs(uplink.sourceToAckP99Ms)}`],
        ]}
      />
    </section>
  )
}

/** While a backlog drains the question is when it is gone, not when the storage is full. */
function backlogLeft({ uplink }: GatewayStatus): StageFact | undefined {
  if (uplink.state !== 'online' || uplink.backlogSecondsLeft === undefined) return undefined
  return [text.queue.backlogGone, formatDuration(uplink.backlogSecondsLeft)]
}
