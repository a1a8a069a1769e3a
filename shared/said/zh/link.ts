import { figuresOf } from '../figures.ts'
import type { linkSentences } from '../link-sentences.ts'
import type { Translated } from '../translated.ts'

const { count, rate } = figuresOf('zh-CN')

export const saidLink: Translated<typeof linkSentences> = {
  'link.notStarted': '尚未启动',
  'link.stopped': '已停止',
  'link.connecting': ({ address }) => `正在连接 ${address}`,
  'link.lost': '连接已断开',
  'source.off': '已在配置中禁用',
  'source.opcuaOnline': ({ watched, polled, tags, isPaused, slowerPublishingMs, alternate, announced }) => {
    const all = count(tags)
    const collected =
      watched === 0 && polled > 0
        ? `轮询 ${count(polled)} 个节点，共 ${all} 个`
        : `订阅 ${count(watched)} 个节点，共 ${all} 个`
    return [
      alternate === undefined ? '已连接' : `已连接到备用地址 ${alternate}`,
      `，${collected}`,
      watched > 0 && polled > 0 ? `，另轮询 ${count(polled)} 个` : '',
      slowerPublishingMs ? `；服务器最快每 ${count(slowerPublishingMs)} 毫秒发送一次` : '',
      isPaused ? '；已暂停，待先前的值存储完毕后继续' : '',
      announced ? `；服务器自称地址为 ${announced}，实际使用所填写的地址` : '',
    ].join('')
  },
  'source.mqttNoTopics': '已连接；未设置 Topic',
  'source.mqttOnline': ({ granted, asked }) =>
    `已连接；已订阅 ${count(granted)} 个 Topic 过滤器，共 ${count(asked)} 个`,
  'source.mqttPaused': '已连接；网关存储已满，暂停读取',
  'uplink.unconfigured': '尚未设置 ThingsBoard：数据照常采集并保存',
  'uplink.online': '已连接',
  'uplink.onlineMqtt3': '已通过 MQTT 3.1.1 连接：无法得知哪些消息被拒绝',
  'uplink.braking': '已连接，正在降速发送：已达到 ThingsBoard 的速率限制',
  'uplink.limit': ({ messages, values }) =>
    [
      ...(messages === undefined ? [] : [`${rate(messages)} 条消息/秒`]),
      ...(values === undefined ? [] : [`${rate(values)} 个值/秒`]),
    ].join('、'),
  'store.diskFull': '磁盘已满：无法继续保存',
  'store.full': '存储已满：数据源处于等待状态',
  'gateway.opening': '正在打开存储',
  'gateway.safeMode': '安全模式：多次崩溃后已禁用数据源',
  'gateway.unbalanced': '存储的计数不平衡',
  'gateway.unconfigured': '尚未设置 ThingsBoard',
  'gateway.sourceDown': ({ name, detail, more }) =>
    `${name}：${detail}${more > 0 ? `，另有 ${count(more)} 个数据源异常` : ''}`,
  'gateway.noSource': '尚未连接任何数据源',
  'gateway.delivering': '所有数据源的数据正在上传到 ThingsBoard',
  'engine.crashed': ({ cause }) => `引擎意外停止（${cause}），正在重新启动。已入库的数据是安全的。`,
}
