import { type Words, words } from './locale.ts'

/** The picture of who sends what where. */
const topologyEnglish = {
  tab: 'Topology',
  title: 'From the machines to ThingsBoard',
  sources: (n: number) => `${n} ${n === 1 ? 'source' : 'sources'}`,
  devices: (n: string) => `${n} ${n === '1' ? 'device' : 'devices'}`,
  keys: (n: string) => `${n} ${n === '1' ? 'key' : 'keys'}`,
  perMinute: (n: string) => `${n} values/min`,
  problems: (n: string) => `${n} with bad values`,
  queue: 'Queue',
  waiting: (n: string) => `${n} waiting`,
  thingsboard: 'ThingsBoard',
  more: (n: number) => `${n} more profiles`,
  noDevices: 'no device yet',
  fit: 'Fit',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  empty: 'Nothing to draw yet',
  emptyBody: 'Sources, the devices they feed and ThingsBoard appear here as they are connected.',
  orphan: 'No source any more',
  list: 'As a list',
} as const

export type TopologyWords = Words<typeof topologyEnglish>
export const topologyText = words('topology', topologyEnglish)
