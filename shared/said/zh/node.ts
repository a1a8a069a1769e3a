import { figuresOf } from '../figures.ts'
import type { IndexFacts, nodeSentences } from '../node-sentences.ts'
import type { Translated } from '../translated.ts'

const { count, duration, day: date } = figuresOf('zh-CN')

export const saidNode: Translated<typeof nodeSentences> = {
  'index.state': (facts) => {
    const { state, nodes, about, isComplete, refused, ageMs, again, added, gone, failure } = facts
    if (again !== undefined && ageMs === undefined) return `已读取 ${count(again)} 个节点，约共 ${count(about)} 个`
    if (state === 'none') return '尚未读取'
    const gaps = refused > 0 ? `（服务器未向该用户开放的 ${count(refused)} 个节点之下除外）` : ''
    const shown = isComplete ? `${count(nodes)} 个节点，完整${gaps}` : incomplete(facts)
    const read = ageMs === undefined ? '' : `，读取于${ageWords(ageMs)}`
    if (again !== undefined) return `${shown}${read}；正在重新读取：${count(again)} 个，约共 ${count(about)} 个`
    if (state === 'cancelled' && isComplete) return `${shown}${read}；重新读取已取消`
    if (state === 'failed') return `${shown}${read}；${failure}`
    return `${shown}${read}${added === undefined ? '' : `；新增 ${count(added)} 个，消失 ${count(gone ?? 0)} 个`}`
  },
  'index.failed': '读取失败',
  'node.mayWrite': '允许从此处写入。',
  'node.mayCall': '允许从此处调用。',
  'node.mayNotWrite': ({ source }) => `不允许从此处写入。如需允许，请在 ${source} 的设置中将其加入“writable”。`,
  'node.mayNotCall': ({ source }) => `不允许从此处调用。如需允许，请在 ${source} 的设置中将其加入“callable”。`,
  'node.written': ({ value, before }) => `已写入：${value}（之前：${before || '无'}）。`,
  'node.writtenUnread': ({ value, quality }) => `已写入：${value}。无法回读（${quality}）。`,
  'node.writtenOther': ({ value, now }) =>
    `服务器已接受 ${value}，但当前值为 ${now || '空'}：设备可能需要时间，或已将其修改。`,
  'node.called': '已调用。',
  'node.answered': ({ answer }) => `已调用，返回 ${answer}。`,
  'rule.noPlace': ({ node }) => `服务器上没有可在其下查找的节点 ${node}`,
  'rule.collision': ({ path, key, device, other }) => `${path} 将成为“${device}”的“${key}”，但 ${other} 已占用该键`,
  'rule.ownKey': '单独配置的键',
  'rule.tooShort': ({ path, what }) => `路径 ${path} 对${what === 'device' ? '设备' : '键'}模板来说层级不足`,
  'rule.badName': ({ path, what, problem }) => `${path} 的${what === 'device' ? '设备名称' : '键名'}${problem}`,
  'name.empty': '为空',
  'name.tooLong': ({ length, limit }) => `有 ${count(length)} 个字符；ThingsBoard 最多接受 ${count(limit)} 个`,
  'name.notUnicode': '含有不完整的代理对，无法以 UTF-8 发送',
  'name.undefined': '引用了 Topic 或载荷中不存在的部分',
  'name.html': '类似 HTML 或 {{模板}}；ThingsBoard 会拒绝这类名称',
  'certificate.notBefore': ({ day }) => `${date(day)} 起生效`,
  'certificate.expired': ({ day }) => `已于 ${date(day)} 到期`,
  'certificate.expires': ({ day }) => `将于 ${date(day)} 到期`,
  'certificate.noHost': ({ host }) => `未注明主机，无法核对 ${host}`,
  'certificate.otherHost': ({ hosts, host }) => `签发给 ${hosts}，而不是 ${host}`,
  'certificate.noApplication': '未注明应用（没有 ApplicationUri）',
  'certificate.weakKey': ({ bits }) => `密钥强度不足（${bits} 位）`,
}

function incomplete({ state, nodes, about, cut }: IndexFacts): string {
  if (state === 'limited' && cut === 0) return `不完整：仅前 ${count(nodes)} 个节点；服务器上还有更多`
  if (cut > 0) return `不完整：${count(nodes)} 个节点；其中 ${count(cut)} 个节点之下的浏览被服务器中断`
  return `不完整：已读取 ${count(nodes)} 个节点，约共 ${count(about)} 个`
}

function ageWords(ms: number): string {
  return ms < 30_000 ? '刚才' : ` ${duration(ms / 1000)}前`
}
