import { asIs, type Said, said } from './said.ts'
import { storedSentences } from './stored-sentences.ts'

type StoredCode = keyof typeof storedSentences

const exact = new Map<string, StoredCode>()
for (const [code, sentence] of Object.entries(storedSentences)) {
  if (typeof sentence === 'string') exact.set(sentence, code as StoredCode)
}

const reasons = ['stored.historyNotRead', 'stored.noHistory'] as const

/** A cause as it was stored, also by an earlier version, as the sentence it once was; unknown words stay as they are. */
export function saidOfStored(text: string): Said {
  const code = exact.get(text)
  if (code !== undefined) return { code, text }
  for (const why of reasons) {
    const end = `, and ${storedSentences[why]}`
    if (text.endsWith(end)) {
      return said('stored.and', { cause: saidOfStored(text.slice(0, -end.length)), why: said(why) })
    }
  }
  const [, bytes] = /^larger than the (\d+) bytes a message may have$/.exec(text) ?? []
  if (bytes !== undefined) return said('stored.tooLarge', { bytes: Number(bytes) })
  const [, reasonCode] = /^ThingsBoard answered (0x[0-9A-F]{2})$/.exec(text) ?? []
  if (reasonCode !== undefined) return said('stored.answered', { reasonCode })
  const [, messages] = /^(\d+) notifications were lost on their way$/.exec(text) ?? []
  return messages === undefined ? asIs(text) : said('stored.lostOnTheirWay', { messages: Number(messages) })
}
