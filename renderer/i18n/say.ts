import { errorPrefix, resolved, type Said, sentenceOf, sentencesOf, todoPrefix } from '../../shared/said/said.ts'
import { wordsOfCode } from './en-codes.ts'
import { saidText } from './en-said.ts'
import { currentLanguage } from './locale.ts'
import { nextClause } from './punctuation.ts'

type Sentence = string | ((params: unknown) => string)
const known = saidText as Readonly<Record<string, Sentence | undefined>>

/** A sentence of the engine in the language of this page; in English where this page does not know its code. */
function say(sentence: Said): string {
  const { code, params = {}, text } = sentence
  if (currentLanguage() === 'en' || code === '') return text
  if (code.startsWith(errorPrefix)) return wordsOfCode(code.slice(errorPrefix.length))?.what ?? text
  if (code.startsWith(todoPrefix)) return wordsOfCode(code.slice(todoPrefix.length))?.todo ?? text
  const own = known[code]
  if (own === undefined) return text
  return typeof own === 'string' ? own : own(resolved(params, say, nextClause))
}

/** A field of an answer, as in `sayField(status, 'detail')`. */
export function sayField<F extends string>(of: Parameters<typeof sentenceOf<F>>[0], field: F): string {
  return say(sentenceOf(of, field))
}

/** The lines of a field that is a list. */
export function sayAll<F extends string>(of: Parameters<typeof sentencesOf<F>>[0], field: F): string[] {
  return sentencesOf(of, field).map(say)
}

/** The English of an error, which has names and numbers the words for its code lack; empty where nothing is lost. */
export function evidenceOf<F extends string>(of: Parameters<typeof sentenceOf<F>>[0], field: F): string {
  const { code, text } = sentenceOf(of, field)
  return currentLanguage() !== 'en' && code.startsWith(errorPrefix) ? text : ''
}
