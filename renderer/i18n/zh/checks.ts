import type { ChecksWords } from '../en-checks.ts'

export const checks: ChecksWords = {
  needed: '必填',
  leastCharacters: (least) => `至少需要 ${least} 个字符`,
  leastOneEntry: '至少需要一项',
  least: (least) => `不能小于 ${least}`,
  mostCharacters: (most) => `最多 ${most} 个字符`,
  mostEntries: (most) => `最多 ${most} 项`,
  most: (most) => `不能大于 ${most}`,
  wholeNumber: '必须是整数',
  kind: (kind) => `类型必须为 ${kind}`,
}
