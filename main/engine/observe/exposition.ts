import type { GatewayStatus, LaneStatus, StoreStatus, UplinkStatus } from '../../../shared/status.ts'
import type { Metrics } from './metrics.ts'

/** Prometheus text, format 0.0.4. The names are a promise (behaviour.md): scripts and dashboards rely on them. */
export function expose(status: GatewayStatus, metrics: Metrics): string {
  const { balance, store, uplink, connectors } = status
  const blocks = [
    family(
      'tbgw_samples_received_total',
      'counter',
      'Samples received, by connector.',
      byConnector(connectors, (c) => c.received),
    ),
    family(
      'tbgw_samples_refused_total',
      'counter',
      'Samples that could not be used, by connector.',
      byConnector(connectors, (c) => c.refused),
    ),
    single('tbgw_datapoints_accepted_total', 'counter', 'Datapoints committed to the store.', balance.accepted),
    single('tbgw_datapoints_delivered_total', 'counter', 'Datapoints acknowledged by ThingsBoard.', balance.delivered),
    family(
      'tbgw_datapoints_dropped_total',
      'counter',
      'Accepted datapoints given up, by reason.',
      Object.entries(balance.droppedByReason).map(
        ([reason, count]) => [`{reason="${escapeLabel(reason)}"}`, count] as const,
      ),
    ),
    single(
      'tbgw_datapoints_quarantined_total',
      'counter',
      'Accepted datapoints refused by ThingsBoard.',
      balance.quarantined,
    ),
    single('tbgw_datapoints_pending', 'gauge', 'Accepted datapoints that wait.', balance.pending),
    single('tbgw_datapoints_in_flight', 'gauge', 'Datapoints published and not acknowledged yet.', balance.inFlight),
    single('tbgw_backlog_bytes', 'gauge', 'Bytes of undelivered data.', store.backlogBytes),
    single('tbgw_backlog_oldest_seconds', 'gauge', 'Age of the oldest undelivered datapoint.', store.oldestSeconds),
    single('tbgw_uplink_connected', 'gauge', '1 while connected to ThingsBoard.', uplink.state === 'online' ? 1 : 0),
    family(
      'tbgw_connector_state',
      'gauge',
      '1 for the present state of each connector.',
      connectors.map((c) => [`{connector="${escapeLabel(c.id)}",state="${c.state}"}`, 1] as const),
    ),
    ...storeLines(store),
    ...uplinkLines(uplink),
    ...memory(process.memoryUsage()),
    metrics.commit.expose('tbgw_commit_seconds', 'Duration of one group commit.'),
    metrics.puback.expose('tbgw_puback_seconds', 'PUBLISH to PUBACK.'),
    metrics.sourceToAck.expose('tbgw_source_to_ack_seconds', 'Source timestamp to PUBACK, per datapoint.'),
  ]
  return `${blocks.join('\n')}\n`
}

/** What StoreStatus says beside the balance. */
function storeLines(store: StoreStatus): string[] {
  const lanes = Object.entries(store.lanes)
  const byLane = (of: (lane: LaneStatus) => number): Line[] =>
    lanes.map(([name, lane]) => [`{lane="${name}"}`, of(lane)] as const)
  return [
    family('tbgw_store_state', 'gauge', '1 for the present state of the store.', [[`{state="${store.state}"}`, 1]]),
    single(
      'tbgw_store_used_bytes',
      'gauge',
      'Room in use: what waits, replay copies, quarantine, ledger.',
      store.usedBytes,
    ),
    single('tbgw_store_limit_bytes', 'gauge', 'Room there is.', store.limitBytes),
    single('tbgw_store_fill_ratio', 'gauge', 'tbgw_store_used_bytes by tbgw_store_limit_bytes, at most 1.', store.fill),
    family('tbgw_store_alarm', 'gauge', '1 for the present alarm of the fill level.', [
      [`{alarm="${store.alarm}"}`, 1],
    ]),
    optional('tbgw_store_full_seconds', 'Seconds until full at the present growth.', store.secondsToFull),
    single('tbgw_store_preallocated_bytes', 'gauge', 'Disk space taken beforehand.', store.preallocatedBytes),
    single('tbgw_store_commits_total', 'counter', 'Group commits since start.', store.commits),
    single('tbgw_store_salvaging', 'gauge', 'Damaged files being read for what can be saved.', store.salvaging),
    single('tbgw_quarantine_rows', 'gauge', 'Values in quarantine now.', store.quarantineRows),
    single('tbgw_quarantine_limit', 'gauge', 'Values that may be in quarantine.', store.quarantineLimit),
    single('tbgw_datapoints_retained', 'gauge', 'Delivered datapoints kept for a replay.', store.retained),
    family('tbgw_source_losses_total', 'counter', 'Times a source lost values before they were accepted.', [
      ['{kind="gap"}', store.gaps],
      ['{kind="overflow"}', store.overflows],
    ]),
    family(
      'tbgw_lane_pending',
      'gauge',
      'Datapoints that wait, by lane.',
      byLane((lane) => lane.pending),
    ),
    family(
      'tbgw_lane_bytes',
      'gauge',
      'Bytes that wait, by lane.',
      byLane((lane) => lane.bytes),
    ),
    family(
      'tbgw_lane_oldest_seconds',
      'gauge',
      'Age of the oldest, by lane.',
      byLane((lane) => lane.oldestSeconds),
    ),
  ]
}

function uplinkLines(uplink: UplinkStatus): string[] {
  return [
    family('tbgw_delivered_per_second', 'gauge', 'Values acknowledged per second, by lane.', [
      ['{lane="live"}', uplink.livePerSecond],
      ['{lane="backlog"}', uplink.backlogPerSecond],
    ]),
    optional('tbgw_backlog_left_seconds', 'Seconds until the backlog is delivered.', uplink.backlogSecondsLeft),
    single('tbgw_uplink_in_flight_messages', 'gauge', 'Publishes without PUBACK.', uplink.inFlightMessages),
    single('tbgw_uplink_window_messages', 'gauge', 'Publishes that may be without PUBACK.', uplink.window),
    single('tbgw_uplink_devices', 'gauge', 'Devices announced to ThingsBoard.', uplink.devices),
    single('tbgw_uplink_reconnects_total', 'counter', 'Connections that were lost and made again.', uplink.reconnects),
    single('tbgw_uplink_repeated_total', 'counter', 'Messages sent again.', uplink.repeated),
    single('tbgw_uplink_replays_total', 'counter', 'Replays (confirmed mode).', uplink.replays ?? 0),
    single('tbgw_uplink_replayed_values_total', 'counter', 'Delivered values sent again.', uplink.replayedValues ?? 0),
  ]
}

/** Memory of the process, and of the engine's own thread within it. */
function memory(usage: NodeJS.MemoryUsage): string[] {
  return [
    single('process_resident_memory_bytes', 'gauge', 'Resident memory of the process.', usage.rss),
    single('tbgw_engine_heap_used_bytes', 'gauge', 'JavaScript heap in use by the engine thread.', usage.heapUsed),
    single('tbgw_engine_heap_total_bytes', 'gauge', 'JavaScript heap reserved by the engine thread.', usage.heapTotal),
    single('tbgw_engine_external_bytes', 'gauge', 'Memory outside the heap held by the engine thread.', usage.external),
  ]
}

type Line = readonly [labels: string, value: number]

function family(name: string, type: 'counter' | 'gauge', help: string, lines: readonly Line[]): string {
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...lines.map(([labels, value]) => `${name}${labels} ${value}`),
  ].join('\n')
}

/** No sample while there is nothing to say. */
const optional = (name: string, help: string, value: number | undefined): string =>
  family(name, 'gauge', help, value === undefined ? [] : [['', value]])

const single = (name: string, type: 'counter' | 'gauge', help: string, value: number): string =>
  family(name, type, help, [['', value]])

function byConnector(
  connectors: GatewayStatus['connectors'],
  value: (c: GatewayStatus['connectors'][number]) => number,
): Line[] {
  return connectors.map((c) => [`{connector="${escapeLabel(c.id)}"}`, value(c)] as const)
}

const escapeLabel = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
