import type { TopologyWords } from '../en-topology.ts'

export const topology: TopologyWords = {
  tab: '拓扑',
  title: '从设备到 ThingsBoard',
  sources: (n) => `${n} 个数据源`,
  devices: (n) => `${n} 台设备`,
  keys: (n) => `${n} 个键`,
  perMinute: (n) => `${n} 值/分钟`,
  problems: (n) => `${n} 台有坏值`,
  queue: '队列',
  waiting: (n) => `${n} 个待上传`,
  thingsboard: 'ThingsBoard',
  more: (n) => `另有 ${n} 个设备配置`,
  noDevices: '暂无设备',
  fit: '适应窗口',
  zoomIn: '放大',
  zoomOut: '缩小',
  empty: '暂无可绘制的内容',
  emptyBody: '数据源、其下的设备以及 ThingsBoard 连接后会出现在这里。',
  orphan: '数据源已不存在',
  list: '列表形式',
}
