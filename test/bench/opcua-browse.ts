import { resolve } from 'node:path'
import { startOpcuaLoad } from './parts.ts'
import type { Outcome, Scenario } from './scenario.ts'

const goals = { seconds: 60, loopMs: 100, previewMs: 100 }
const defaultItems = 100_000
const timeoutMs = 600_000
/** Nearly no writes: only the browse is measured. */
const idleHz = 0.001

/** A server of 100,000 nodes is read into an index, as when somebody opens its tree; then searched. */
export const opcuaBrowse: Scenario = {
  name: 'opcua-browse',
  does: 'whole address space of an OPC UA server into the index: s, CPU, memory, event-loop delay, search',
  async run(options, workplace): Promise<Outcome> {
    const items = options.items ?? defaultItems
    const source = await startOpcuaLoad(workplace, {
      items,
      hz: idleHz,
      maxNotifications: 1000,
      nodeServer: options.nodeServer,
    })
    const child = workplace.startNode(resolve(import.meta.dirname, 'opcua-browse-child.ts'), [source.endpointUrl])
    const browsed = await child.next('browsed', timeoutMs)
    const figure = (name: string): number => Number(browsed[name])
    const [nodes, seconds, loopP99] = [figure('nodes'), figure('seconds'), figure('loopP99')]
    return {
      parameters: { items, server: source.open62541 ? 'open62541 (C)' : 'node-opcua', security: 'None' },
      figures: {
        nodes: { value: nodes, unit: '' },
        time: { value: seconds, unit: 's' },
        nodesPerSecond: { value: nodes / seconds, unit: 'nodes/s' },
        cpu: { value: figure('cpuSeconds'), unit: 's' },
        rssBefore: { value: figure('rssBefore'), unit: 'MB' },
        rssMax: { value: figure('rssMax'), unit: 'MB' },
        loopDelayP99: { value: loopP99, unit: 'ms' },
        loopDelayMax: { value: figure('loopMax'), unit: 'ms' },
        searchSlowest: { value: figure('searchMax'), unit: 'ms' },
        previewFirst: { value: figure('previewFirst'), unit: 'ms' },
        previewAll: { value: figure('previewAll'), unit: 'ms' },
        previewKeys: { value: figure('previewKeys'), unit: '' },
        searchLoopDelayMax: { value: figure('searchLoopMax'), unit: 'ms' },
      },
      verdicts: [
        `${seconds <= goals.seconds ? 'met' : 'MISSED'}: ${seconds.toFixed(1)} s <= ${goals.seconds} s`,
        `${loopP99 <= goals.loopMs ? 'met' : 'MISSED'}: event-loop delay p99 ${loopP99.toFixed(1)} ms <= ${goals.loopMs} ms`,
        `${figure('previewFirst') <= goals.previewMs ? 'met' : 'MISSED'}: first page of a rule ${figure('previewFirst').toFixed(0)} ms <= ${goals.previewMs} ms`,
      ],
      faults: [
        ...(browsed['state'] === 'complete' ? [] : [`the index ended ${String(browsed['state'])}`]),
        ...(nodes > items ? [] : [`${nodes} nodes in the index, the server has more than ${items}`]),
      ],
      versions: source.open62541 ? { open62541: source.open62541.version } : {},
    }
  },
}
