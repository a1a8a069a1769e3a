import { figuresOf } from '../figures.ts'
import type { testSentences } from '../test-sentences.ts'
import type { Translated } from '../translated.ts'

const { count, duration, day: date } = figuresOf('zh-CN')

export const saidTest: Translated<typeof testSentences> = {
  'test.isAddress': ({ host }) => `${host} 是 IP 地址`,
  'test.resolved': ({ host, address }) => `${host} 解析为 ${address}`,
  'test.portOpen': ({ port }) => `端口 ${port} 已开放`,
  'test.endpoints': ({ offered, used }) => `提供 ${count(offered)} 个，使用：${used}`,
  'test.noSecurity': '服务器未提供安全机制：数据在传输途中可能被读取或篡改。',
  'test.certificateNotNeeded': '未启用安全机制，无需证书',
  'test.certificateTrusted': ({ subject }) => `已信任 ${subject}`,
  'test.but': ({ warnings }) => `但请注意：${warnings}。`,
  'test.channelOpen': '已打开，未启用安全机制',
  'test.channelTrusted': '已打开；服务器信任本网关',
  'test.loggedIn': ({ user }) => `已以 ${user} 登录`,
  'test.anonymous': '已匿名登录',
  'test.noNodes': '尚未配置节点',
  'test.nodesFound': ({ found, asked, all }) =>
    `找到 ${count(found)} 个节点，共查找 ${count(asked)} 个${all > asked ? `（仅查找 ${count(all)} 个中的前 ${count(asked)} 个）` : ''}`,
  'test.nodesMissing': ({ nodes, more }) => `未找到：${nodes}${more ? ' 等' : ''}。请在节点树中重新选择。`,
  'test.tlsTrusted': ({ host }) => `证书受信任，且适用于 ${host}`,
  'test.mqttSignedIn': ({ version, user }) => `MQTT ${version}，${user === undefined ? '无用户名' : `用户 ${user}`}`,
  'test.topicFilters': ({ count: n }) => `${count(n)} 个 Topic 过滤器`,
  'test.andMore': ({ detail, more }) => `${detail}（另有 ${count(more)} 项）`,
  'test.notEncrypted': '未加密：凭据和数据在网络上可被读取',
  'test.switchOnTls': '如果服务器支持 TLS，请启用（端口通常为 8883）。',
  'test.tls': ({ protocol, day }) => `${protocol}，证书有效期至 ${date(day)}`,
  'test.certificateSoon': '服务器证书即将到期，请及时更新。',
  'test.mqtt5': '已通过 MQTT 5 登录',
  'test.mqtt3': '已通过 MQTT 3.1.1 登录：无法得知哪些消息被拒绝',
  'test.chooseMqtt5': '请选择 MQTT 5。',
  'test.isGateway': '该设备是网关',
  'test.gatewayRefused': ({ reasonCode }) => `网关 API 返回 ${reasonCode}`,
  'test.checkServerLog': '请检查 ThingsBoard 的日志。',
  'test.noGateway': '登录成功，但 ThingsBoard 未将该设备视为网关',
  'test.makeGateway': '在 ThingsBoard 中打开该设备，勾选“是否网关”（Is gateway）并保存，然后重新测试。',
  'test.silent': ({ address }) => `位于 ${address} 的 ThingsBoard 接受登录后不再响应`,
  'test.serverHangs': '服务器或中间环节无响应。请检查 ThingsBoard 以及途中的代理。',
  'test.signedInSince': ({ seconds }) =>
    `已使用相同设置登录 ${duration(seconds)}；本次结果来自当前连接，再次登录会使其中断`,
  'test.announcedNothingSent': ({ devices }) => `已上线 ${count(devices)} 台设备；尚未发送数据`,
  'test.announced': ({ devices, seconds }) => `已上线 ${count(devices)} 台设备；上次确认于 ${duration(seconds)}前`,
  'test.limitsUnknown': '服务器未告知限额（ThingsBoard 3.8 之前的版本）',
  'test.limits': ({ bytes, inFlight, rates }) =>
    [
      ...(bytes === undefined ? [] : [`单条消息最大 ${count(bytes)} 字节`]),
      ...(inFlight === undefined ? [] : [`最多 ${count(inFlight)} 条待确认`]),
      rates === '' ? '无速率限制' : rates.replaceAll('；', '，'),
    ].join('，'),
  'test.messageRate': ({ count: n, seconds }) => `每 ${count(seconds)} 秒 ${count(n)} 条消息`,
  'test.valueRate': ({ count: n, seconds }) => `每 ${count(seconds)} 秒 ${count(n)} 个数据点`,
}
