import { type Said, said } from '../../../shared/said/said.ts'

/** ThingsBoard keeps device names, profiles and keys in varchar(255); it counts UTF-16 units as JavaScript does. */
export const nameLimit = 255

export type CleanedName =
  | { readonly ok: true; readonly name: string }
  /** `problem` continues the sentence "The name …"; `said` is the same for a page. */
  | { readonly ok: false; readonly problem: string; readonly said: Said }

/**
 * The one function every device name, profile and key passes: control characters removed (C0, DEL, C1, line and paragraph
 * separators), trimmed. What ThingsBoard would refuse (and, over MQTT 3.1.1, refuse in silence) is refused here: empty,
 * too long, not Unicode, HTML-like text and `{{…}}`, which its NoXss check rejects. Separators such as `/`, `+`, `#` are
 * plain text: names travel inside JSON, never in a topic.
 */
export function cleanName(raw: string): CleanedName {
  if (plain.test(raw)) return { ok: true, name: raw }
  const name = raw.replace(controls, '').trim()
  if (name === '') return refusedName(said('name.empty'))
  if (name.length > nameLimit) {
    return refusedName(said('name.tooLong', { length: name.length, limit: nameLimit }))
  }
  if (!name.isWellFormed()) return refusedName(said('name.notUnicode'))
  if (markup.test(name)) return refusedName(said('name.html'))
  return { ok: true, name }
}

export function refusedName(sentence: Said): CleanedName {
  return { ok: false, problem: sentence.text, said: sentence }
}

/** Nearly all names: nothing to clean, decided in one pass. */
const plain = /^[\w.:/-](?:[\w .:/-]{0,253}[\w.:/-])?$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g
const markup = /<[a-zA-Z/!?]|\{\{.*\}\}/
