import type { OpcuaConnectorConfig, OpcuaDeviceConfig, OpcuaKeyConfig } from '../../../../shared/config/opcua.ts'
import type { ImportReport } from '../import/import-report.ts'
import type { Part } from '../import/source-text.ts'
import { sentences } from './field-fates.ts'
import { nodeExpression } from './opcua-node.ts'
import { opcuaServer } from './opcua-server-part.ts'
import { strategyOf } from './report-strategy.ts'

// A connector file for one OPC UA server: `server` and one entry of `mapping` per device. Its keys have addresses of their own,
// so each device hangs on the Objects folder, which every server has.

const deviceNode = 'Root\\.Objects'
const noRules = 'It finds no devices by rules: add them one by one before you export.'
const noEvents = 'It takes no events and alarms.'
const noList = 'It has no list of what may be written or called: its RPC writes every node the server lets it write.'

export function writeOpcua(
  connector: OpcuaConnectorConfig,
  part: Part,
  namespaces: readonly string[] | undefined,
  report: ImportReport,
): object {
  const server = opcuaServer(connector, part, report)
  const mapping = connector.devices.flatMap((device, i) => {
    const at = part.get('devices').items[i] ?? part
    return deviceEntry(device, at, namespaces, report) ?? []
  })
  for (const [list, note] of [
    ['rules', noRules],
    ['events', noEvents],
    ['writable', noList],
    ['callable', noList],
  ] as const) {
    for (const item of part.get(list).items) report.unsupported(item, note)
  }
  return { server, mapping }
}

function deviceEntry(
  device: OpcuaDeviceConfig,
  part: Part,
  namespaces: readonly string[] | undefined,
  report: ImportReport,
): object | undefined {
  const { name, profile, keys } = device
  if (name.includes('${') || name !== name.trim()) {
    report.unsupported(part, 'A device name with ${ in it, or with spaces at its ends, can not be written there.', name)
    for (const key of part.get('keys').items) report.unsupported(key, 'Its device can not be written.')
    return undefined
  }
  const lists = { attributes: [] as object[], timeseries: [] as object[] }
  keys.forEach((key, i) => {
    const item = keyItem(key, namespaces)
    const at = part.get('keys').items[i] ?? part
    const target = `${name} › ${key.key}`
    if ('problem' in item) report.unsupported(at, item.problem, target)
    else {
      lists[key.kind === 'attribute' ? 'attributes' : 'timeseries'].push(item.item)
      if (item.notes.length > 0) report.interpreted(at, target, sentences(item.notes), target)
      else report.exact(at, target, target)
    }
  })
  if (lists.attributes.length + lists.timeseries.length === 0) {
    report.unsupported(part, 'None of its keys can be written, and a device without keys is nothing there.', name)
    return undefined
  }
  const hasOddProfile = profile.includes('${') || profile !== profile.trim()
  if (hasOddProfile) report.interpreted(part.get('profile'), 'default', 'This profile can not be written there.')
  else report.exact(part, `${name}, profile ${profile}`, name)
  return {
    deviceNodeSource: 'path',
    deviceNodePattern: deviceNode,
    deviceInfo: {
      deviceNameExpression: name,
      deviceNameExpressionSource: 'constant',
      deviceProfileExpression: hasOddProfile ? 'default' : profile,
      deviceProfileExpressionSource: 'constant',
    },
    ...lists,
    rpc_methods: [],
    attributes_updates: [],
  }
}

const clocks = { source: 'sourceTimestamp', server: 'serverTimestamp', gateway: 'gateway' } as const

type KeyItem = { readonly item: object; readonly notes: readonly string[] } | { readonly problem: string }

/** What would send other values than here is left out rather than written: two kinds of values in one series help nobody. */
function keyItem(key: OpcuaKeyConfig, namespaces: readonly string[] | undefined): KeyItem {
  if (key.scale !== undefined || key.offset !== undefined) {
    return { problem: 'It does not calculate: without scale and offset its values would be others.' }
  }
  if (key.enum === 'text') return { problem: 'It sends an enumeration as a number, not as its text.' }
  if (key.key !== key.key.trim()) return { problem: 'A key with spaces at its ends can not be written there.' }
  const node = nodeExpression(key.node, namespaces)
  if ('problem' in node) return node
  const strategy = strategyOf(key.report)
  const item = {
    key: key.key,
    type: key.node.startsWith('/') ? 'path' : 'identifier',
    value: node.text,
    timestampLocation: clocks[key.timestamp],
    ...strategy.item,
  }
  return {
    item,
    notes: [node.note, strategy.note, ...differences(key)].filter((note) => note !== ''),
  }
}

function differences(key: OpcuaKeyConfig): string[] {
  return [
    ...(key.type === 'auto' ? [] : ['values keep the type of the machine']),
    ...(key.unit === undefined ? [] : ['the unit is not sent']),
    ...(key.retention === undefined ? [] : ['when the store is full it drops the newest, whichever they are']),
    ...(key.samplingIntervalMs === undefined ? [] : ['it is sampled as fast as the server can']),
    ...(key.queueSize === undefined && key.discardOldest ? [] : ['the server keeps one value between two reports']),
    ...(key.deadband === undefined ? [] : ['the server filters nothing']),
    ...(key.trigger === 'statusValue' ? [] : ['value and status count as a change']),
    ...(key.quality === 'skip' ? [] : ['no status text is sent']),
  ]
}
