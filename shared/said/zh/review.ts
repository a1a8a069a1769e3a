import { figuresOf } from '../figures.ts'
import type { reviewSentences } from '../review-sentences.ts'
import type { Translated } from '../translated.ts'

const { count } = figuresOf('zh-CN')

export const saidReview: Translated<typeof reviewSentences> = {
  'review.canRun': '草稿可以直接运行',
  'review.nodes': ({ exist, all, missing, open, skipped, ruleKeys, rulesEmpty, rulesOpen }) =>
    [
      ...(all > 0 ? [`${count(all)} 个节点中有 ${count(exist)} 个存在`] : []),
      ...(missing > 0 ? [`${count(missing)} 个不存在`] : []),
      ...(open > 0 ? [`${count(open)} 个无法查询`] : []),
      ...(skipped > 0 ? [`${count(skipped)} 个未查询`] : []),
      ...(ruleKeys === undefined ? [] : [`已修改的规则找到 ${count(ruleKeys)} 个键`]),
      ...(rulesEmpty > 0 ? [`其中 ${count(rulesEmpty)} 条规则无匹配`] : []),
      ...(rulesOpen > 0 ? [`${count(rulesOpen)} 条已修改的规则无法试运行`] : []),
    ].join('，'),
  'review.chooseOthers': '请改选其他节点，或仍然应用：其余节点照常采集。',
  'review.unique': '名称无重复',
  'review.twice': ({ count: n }) => `${count(n)} 台设备有多个数据源`,
  'review.renameOne': '如果不是同一个设备，请将其中一个改名。',
  'review.sameTypes': '没有键改变类型',
  'review.otherTypes': ({ count: n }) => `${count(n)} 个键改变了类型`,
  'review.typesMayBreak': 'ThingsBoard 中使用这些键的图表和规则可能失效；改用新的键名可以避免。',
  'review.sourcesAnswer': ({ count: n }) =>
    n === 1 ? '已修改的数据源有响应' : `全部 ${count(n)} 个已修改的数据源均有响应`,
  'review.sourcesUnusable': ({ count: n }) => `${count(n)} 个已修改的数据源当前不可用`,
  'review.sourcesSilent': ({ count: n, seconds }) => `${count(n)} 个已修改的数据源在 ${count(seconds)} 秒内未响应`,
  'review.whenBack': '数据源恢复连接后，修改即生效。',
  'review.about': ({ name, detail }) => `${name}：${detail}`,
  'review.noAnswer': ({ seconds }) => `${count(seconds)} 秒内未响应`,
  'review.thingsboardAnswers': 'ThingsBoard 有响应',
  'review.thingsboardSilent': ({ seconds }) => `ThingsBoard 在 ${count(seconds)} 秒内未响应`,
  'review.checkAddress': '请检查地址、端口和 TLS。',
  'review.devicesGone': ({ count: n }) => `${count(n)} 台设备将不再收到数据`,
  'review.devicesStay': '这些设备及其历史数据仍保留在 ThingsBoard 中。如已不再需要，请在 ThingsBoard 中删除。',
  'review.ruleNotAsked': ({ source, rule }) => `${source} › 规则 ${rule}：未查询`,
  'review.ruleEmpty': ({ source, rule }) => `${source} › 规则 ${rule}：无匹配`,
  'review.ruleProblem': ({ source, rule, problem }) => `${source} › 规则 ${rule}：${problem}`,
}
