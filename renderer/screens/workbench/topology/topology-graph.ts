import type { Edge, Node } from '@xyflow/react'
import type { Topology } from '../../../../shared/api/watch-requests.ts'
import type { GatewayStatus } from '../../../../shared/status.ts'
import type { Tone } from '../../../components/state-mark.tsx'
import { formatCount } from '../../../format.ts'
import { frameText } from '../../../i18n/en-frame.ts'
import { topologyText as text } from '../../../i18n/en-topology.ts'
import { engineWords } from '../../../i18n/engine-words.ts'
import { connectorTones, uplinkTones } from '../../../stores/gateway-tones.ts'

/** What a box says; the first line is its name. */
interface BoxData extends Record<string, unknown> {
  readonly title: string
  readonly state: string
  readonly tone: Tone
  readonly lines: readonly string[]
  readonly href: string
}
export type BoxNode = Node<BoxData, 'box'>

/** Of one gateway at most; the engine adds up the rest. */
const boxLimit = 200
const columns = { source: 0, group: 300, queue: 600, thingsboard: 860 }
const boxHeight = 92
const gap = 20

/** Sources on the left, what they feed beside them, everything through the queue to ThingsBoard. Pure. */
export function topologyGraph(status: GatewayStatus, topology: Topology): { nodes: BoxNode[]; edges: Edge[] } {
  const nodes: BoxNode[] = []
  const edges: Edge[] = []
  let y = 0
  const step = boxHeight + gap
  const orphans = topology.groups.some(({ connectorId }) => connectorId === '')
  const sources = [
    ...status.connectors.map(({ id, name, state, detail }) => ({
      id,
      title: name,
      state: engineWords(detail, '') || frameText.connector[state],
      tone: connectorTones[state],
    })),
    ...(orphans ? [{ id: '', title: text.orphan, state: '', tone: 'off' as const }] : []),
  ]
  for (const source of sources) {
    const groups = topology.groups.filter(({ connectorId }) => connectorId === source.id)
    const more = topology.more.find(({ connectorId }) => connectorId === source.id)
    const boxes: BoxNode[] = groups.map((group, at) =>
      box(`group ${source.id} ${group.profile}`, columns.group, y + at * step, {
        title: group.profile,
        state: group.bad > 0 ? text.problems(formatCount(group.bad)) : '',
        tone: group.bad > 0 ? 'warn' : 'ok',
        lines: [
          `${text.devices(formatCount(group.devices))} · ${text.keys(formatCount(group.keys))}`,
          text.perMinute(formatCount(group.perMinute)),
        ],
        href: '#/overview',
      }),
    )
    if (more) {
      boxes.push(
        box(`more ${source.id}`, columns.group, y + boxes.length * step, {
          title: text.more(more.profiles),
          state: '',
          tone: 'off',
          lines: [text.devices(formatCount(more.devices))],
          href: '#/overview',
        }),
      )
    }
    if (nodes.length + boxes.length + 3 > boxLimit) break
    const height = Math.max(1, boxes.length) * step
    const devices = groups.reduce((sum, group) => sum + group.devices, more?.devices ?? 0)
    const id = `source ${source.id}`
    nodes.push(
      box(id, columns.source, y + (height - step) / 2, {
        title: source.title,
        state: source.state,
        tone: source.tone,
        lines: [devices === 0 ? text.noDevices : text.devices(formatCount(devices))],
        href: source.id ? `#/sources/${encodeURIComponent(source.id)}` : '#/sources',
      }),
      ...boxes,
    )
    const moving = source.tone === 'ok'
    for (const one of boxes) edges.push(line(id, one.id, moving), line(one.id, 'queue', moving))
    if (boxes.length === 0) edges.push(line(id, 'queue', false))
    y += height + gap
  }
  const middle = Math.max(0, (y - step - gap) / 2)
  nodes.push(queueBox(status, middle), thingsboardBox(status, middle))
  edges.push(line('queue', 'thingsboard', status.uplink.state === 'online'))
  return { nodes, edges }
}

function queueBox({ balance, store }: GatewayStatus, y: number): BoxNode {
  const waiting = formatCount(balance.pending + balance.inFlight)
  return box('queue', columns.queue, y, {
    title: text.queue,
    state: text.waiting(waiting),
    tone: store.state === 'ready' ? 'ok' : 'bad',
    lines: [],
    href: '#/delivery',
  })
}

function thingsboardBox({ uplink, rates }: GatewayStatus, y: number): BoxNode {
  return box('thingsboard', columns.thingsboard, y, {
    title: text.thingsboard,
    state: frameText.uplink[uplink.state],
    tone: uplinkTones[uplink.state],
    lines: [text.perMinute(formatCount(rates.deliveredPerSecond * 60))],
    href: '#/thingsboard',
  })
}

function box(id: string, x: number, y: number, data: BoxData): BoxNode {
  return { id, type: 'box', position: { x, y }, data }
}

/** For the eye only: the boxes name what they are, and the list says who feeds whom. */
function line(source: string, target: string, animated: boolean): Edge {
  return {
    id: `${source} > ${target}`,
    source,
    target,
    animated,
    focusable: false,
    ariaLabel: '→',
    ariaRole: 'presentation',
  }
}
