import { figuresOf } from '../figures.ts'
import type { storedSentences } from '../stored-sentences.ts'
import type { Translated } from '../translated.ts'

const { count } = figuresOf('zh-CN')

export const saidStored: Translated<typeof storedSentences> = {
  'stored.notFinite': '不是有限数值：JSON 无法表示',
  'stored.tooLargeInteger':
    '整数超出 ThingsBoard 可存储的数值范围（-9223372036854775808 至 9223372036854775807）；请将该键的类型改为字符串',
  'stored.tooLarge': ({ bytes }) => `超过单条消息允许的 ${count(bytes)} 字节`,
  'stored.unreadable': 'ThingsBoard 无法解析该值',
  'stored.answered': ({ reasonCode }) => `ThingsBoard 返回 ${reasonCode}`,
  'stored.endedEachTime': '每次发送该值时连接都会中断',
  'stored.noDevice': 'ThingsBoard 未创建该设备',
  'stored.queueFull': '节点队列已满，服务器将其丢弃',
  'stored.forgotten': '服务器已不再保留网关的订阅',
  'stored.notRunning': '网关未运行，且服务器未移交订阅',
  'stored.polled': '连接中断，服务器不会为轮询的节点保留数据',
  'stored.notPolled': '网关未运行，服务器不会为轮询的节点保留数据',
  'stored.unwatched': '连接中断，服务器不会为无法订阅的节点保留数据',
  'stored.lostOnTheirWay': ({ messages }) => `${count(messages)} 条通知在传输途中丢失`,
  'stored.manyCauses': '原因过多，无法分别记录',
  'stored.historyNotRead': '未读取历史数据进行补录',
  'stored.noHistory': '服务器没有相应的历史数据',
  'stored.and': ({ cause, why }) => `${cause}；${why}`,
}
