import type { GatewayStatus } from '../../../shared/status.ts'
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
    ...memory(process.memoryUsage()),
    metrics.commit.expose('tbgw_commit_seconds', 'Duration of one group commit.'),
    metrics.puback.expose('tbgw_puback_seconds', 'PUBLISH to PUBACK.'),
    metrics.sourceToAck.expose('tbgw_source_to_ack_seconds', 'Source timestamp to PUBACK, per datapoint.'),
  ]
  return `${blocks.join('\n')}\n`
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
