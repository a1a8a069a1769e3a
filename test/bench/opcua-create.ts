import { resolve } from 'node:path'
import { startOpcuaLoad } from './parts.ts'
import type { Outcome, Scenario } from './scenario.ts'

const defaultItems = 50_000
const timeoutMs = 600_000
const idleHz = 0.001

/** From the start of a collector until the server watches every node and each has its first value. */
export const opcuaCreate: Scenario = {
  name: 'opcua-create',
  does: 'creating 50,000 monitored items: s, CPU, memory',
  async run(options, workplace): Promise<Outcome> {
    const items = options.items ?? defaultItems
    const source = await startOpcuaLoad(workplace, {
      items,
      hz: idleHz,
      maxNotifications: options.maxNotifications ?? 1000,
      nodeServer: options.nodeServer,
    })
    const child = workplace.startNode(resolve(import.meta.dirname, 'opcua-create-child.ts'), [
      source.endpointUrl,
      String(items),
    ])
    const created = await child.next('created', timeoutMs)
    const figure = (name: string): number => Number(created[name])
    return {
      parameters: { items, server: source.open62541 ? 'open62541 (C)' : 'node-opcua', security: 'None' },
      figures: {
        created: { value: figure('created'), unit: 's' },
        firstValues: { value: figure('valued'), unit: 's' },
        itemsPerSecond: { value: items / figure('created'), unit: 'items/s' },
        cpu: { value: figure('cpuSeconds'), unit: 's' },
        rssBefore: { value: figure('rssBefore'), unit: 'MB' },
        rssMax: { value: figure('rss'), unit: 'MB' },
        loopDelayP99: { value: figure('loopP99'), unit: 'ms' },
        loopDelayMax: { value: figure('loopMax'), unit: 'ms' },
      },
      verdicts: [],
      faults: [],
      versions: source.open62541 ? { open62541: source.open62541.version } : {},
    }
  },
}
