/** ThingsBoard keeps device names, profiles and keys in varchar(255); it counts UTF-16 units as JavaScript does. */
export const nameLimit = 255

export type CleanedName =
  | { readonly ok: true; readonly name: string }
  /** `problem` continues the sentence "The name …". */
  | { readonly ok: false; readonly problem: string }

/**
 * The one function every device name, profile and key passes: control characters removed (C0, DEL, C1, line and paragraph
 * separators), trimmed. What ThingsBoard would refuse (and, over MQTT 3.1.1, refuse in silence) is refused here: empty,
 * too long, not Unicode, HTML-like text and `{{…}}`, which its NoXss check rejects. Separators such as `/`, `+`, `#` are
 * plain text: names travel inside JSON, never in a topic.
 */
export function cleanName(raw: string): CleanedName {
  if (plain.test(raw)) return { ok: true, name: raw }
  const name = raw.replace(controls, '').trim()
  if (name === '') return { ok: false, problem: 'is empty' }
  if (name.length > nameLimit) {
    return { ok: false, problem: `has ${name.length} characters; ThingsBoard takes ${nameLimit}` }
  }
  if (!name.isWellFormed()) return { ok: false, problem: 'has half a surrogate pair and can not be sent as UTF-8' }
  if (markup.test(name))
    return { ok: false, problem: 'looks like HTML or a {{template}}; ThingsBoard refuses such names' }
  return { ok: true, name }
}

/** Nearly all names: nothing to clean, decided in one pass. */
const plain = /^[\w.:/-](?:[\w .:/-]{0,253}[\w.:/-])?$/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g
const markup = /<[a-zA-Z/!?]|\{\{.*\}\}/
