import { errorPrefix, type Said, sentenceOf, sentencesOf } from '../../shared/said/said.ts'
import { sayIn } from '../../shared/said/say-in.ts'
import { codesText } from './en-codes.ts'
import { saidText } from './en-said.ts'
import { currentLanguage } from './locale.ts'
import { nextClause } from './punctuation.ts'

const catalogue = { sentences: saidText, codes: codesText, nextClause }

/** A sentence of the engine in the language of this page; in English where this page does not know its code. */
const say = (sentence: Said): string => (currentLanguage() === 'en' ? sentence.text : sayIn(catalogue, sentence))

/** A field of an answer, as in `sayField(status, 'detail')`. */
export function sayField<F extends string>(of: Parameters<typeof sentenceOf<F>>[0], field: F): string {
  return say(sentenceOf(of, field))
}

/** The same for a tooltip, which has room for the English of an error. */
export function sayWhole<F extends string>(of: Parameters<typeof sentenceOf<F>>[0], field: F): string {
  const english = evidenceOf(of, field)
  return english === '' ? sayField(of, field) : `${sayField(of, field)} (${english})`
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
