import type { RequestOutput, RequestParsed } from '../../../shared/api/contract.ts'
import { problemKeysLimit } from '../../../shared/api/mapping-requests.ts'
import { pageLimit } from '../../../shared/api/page.ts'
import { opcuaTags } from '../../../shared/config/tags.ts'
import { qualityOf } from '../../../shared/sample.ts'
import type { GatewayStatus } from '../../../shared/status.ts'
import type { MadeBook, MadePage } from '../pipeline/made-keys.ts'
import type { LiveDevice, LiveSeries } from '../pipeline/series.ts'
import { valueText } from '../uplink/numbers.ts'
import type { TraceParts } from './trace.ts'

// What the table of devices and keys shows of the running gateway: only the rows on screen, and which keys have a problem.

type Channel = 'mapping.look' | 'mapping.made' | 'mapping.problems'
type LookHandlers = { readonly [C in Channel]: (input: RequestParsed<C>) => Promise<RequestOutput<C>> }
type Parts = Pick<TraceParts, 'status' | 'registry' | 'tags' | 'running' | 'memory'> & { readonly made: MadeBook }
type Stages = RequestOutput<'mapping.look'>['devices'][number]['stages']

/** Longer values are cut in the table. */
const valueLength = 80

export function lookHandlers(parts: Parts): LookHandlers {
  return {
    'mapping.look': async ({ devices, keys }) => {
      const status = parts.status()
      return {
        devices: devices.map((name) => lookAtDevice(parts.registry.device(name), status)),
        keys: keys.map(({ device, key }) => {
          const series = parts.registry.device(device)?.series.find((one) => one.key === key)
          return lookAtKey(series)
        }),
      }
    },
    'mapping.made': async ({ connectorId, offset, limit }) => madeDevices(parts.made.page(connectorId, offset, limit)),
    'mapping.problems': async () => problems(parts),
  }
}

/** Keys of one device and rule that follow one another share their names. */
function madeDevices({ keys, ...page }: MadePage): RequestOutput<'mapping.made'> {
  const devices: RequestOutput<'mapping.made'>['devices'] = []
  for (const { device, profile, rule, key, kind, part, from } of keys) {
    const last = devices.at(-1)
    const own = { key, kind, part, from }
    if (last?.device === device && last.rule === rule) last.keys.push(own)
    else devices.push({ device, profile, rule, keys: [own] })
  }
  return { ...page, devices }
}

function lookAtDevice(
  device: LiveDevice | undefined,
  status: GatewayStatus,
): RequestOutput<'mapping.look'>['devices'][number] {
  if (!device) return { stages: ['off', 'off', 'off', 'off'], deliveredAt: 0, badKeys: 0 }
  let deliveredAt = 0
  let badKeys = 0
  let count = 0
  for (const series of device.series) {
    deliveredAt = Math.max(deliveredAt, series.deliveredAt)
    count += series.count
    if (qualityOf(series.lastStatusCode) === 'bad') badKeys += 1
  }
  return { stages: stagesOf(device, status, count, deliveredAt), deliveredAt, badKeys }
}

function stagesOf(device: LiveDevice, status: GatewayStatus, count: number, deliveredAt: number): Stages {
  const connector = status.connectors.find(({ id }) => id === device.connectorId)
  const online = connector?.state === 'online'
  const isDown = connector?.state === 'waiting' || connector?.state === 'faulted'
  const read = online ? (count > 0 ? 'ok' : 'waiting') : isDown ? 'problem' : connector ? 'waiting' : 'off'
  const map = count > 0 ? 'ok' : 'off'
  const kept = status.store.state === 'ready' ? 'ok' : 'problem'
  const uplink = status.uplink.state
  const isAway = uplink === 'waiting' || uplink === 'faulted'
  const deliver = isAway ? 'problem' : uplink === 'unconfigured' ? 'off' : deliveredAt > 0 ? 'ok' : 'waiting'
  return [read, map, count > 0 ? kept : 'off', count > 0 ? deliver : 'off']
}

function lookAtKey(series: LiveSeries | undefined): RequestOutput<'mapping.look'>['keys'][number] {
  if (!series) return { isKnown: false, value: '', unit: '', ts: 0, quality: '' }
  const { count, lastType, lastValue, unit, lastTs, lastStatusCode } = series
  const text = count === 0 || lastValue === null ? '' : shown(series.lastType, lastValue)
  const value = text.length > valueLength ? `${text.slice(0, valueLength)}…` : text
  return { isKnown: true, value, unit, ts: lastTs, quality: count > 0 && lastType ? qualityOf(lastStatusCode) : '' }
}

/** Text without the quotes it has in JSON. */
function shown(type: LiveSeries['lastType'], value: Exclude<LiveSeries['lastValue'], null>): string {
  return typeof value === 'string' ? value : (valueText(type, value) ?? String(value))
}

function problems({ running, tags, memory }: Parts): RequestOutput<'mapping.problems'> {
  const keys = new Map<string, { device: string; key: string }>()
  const add = (device: string, key: string): void => {
    keys.set(`${device}\u0000${key}`, { device, key })
  }
  for (const connector of running()?.connectors ?? []) {
    if (!connector.enabled) continue
    const refused = memory.refused(connector.id)
    if (connector.type === 'mqtt') {
      for (const tag of refused) add(connector.topics[tag]?.device ?? '', '')
      continue
    }
    const configured = refused.length > 0 ? opcuaTags(connector) : []
    for (const tag of refused) {
      const one = configured[tag]
      if (one) add(one.device.name, one.key.key)
    }
    for (let offset = 0; keys.size < problemKeysLimit; offset += pageLimit) {
      const page = tags(connector.id, { offset, limit: pageLimit, filter: '', onlyProblems: true })
      for (const { device, key } of page.rows) add(device, key)
      if (offset + pageLimit >= page.total) break
    }
  }
  const all = [...keys.values()]
  return { total: all.length, keys: all.slice(0, problemKeysLimit) }
}
