import type { ErrorReport } from '../../shared/errors.ts'
import { type CodesWords, errorWords as errorEnglish } from '../../shared/said/error-words.ts'
import { currentLanguage, words } from './locale.ts'
import { nextSentence } from './punctuation.ts'

type CodeWords = CodesWords[keyof CodesWords]

export const codesText = words('codes', errorEnglish)
const known: Readonly<Record<string, CodeWords | undefined>> = codesText

/** undefined in English, where the engine's own sentence says more, and for a code this window does not know yet. */
export function wordsOfCode(code: string): CodeWords | undefined {
  return currentLanguage() === 'en' ? undefined : known[code]
}

/** What happened, in one clause. */
export const errorWhat = ({ code, message }: Pick<ErrorReport, 'code' | 'message'>): string =>
  wordsOfCode(code)?.what ?? message

/** What to do about it. */
export const errorTodo = ({ code, hint }: Pick<ErrorReport, 'code' | 'hint'>): string => wordsOfCode(code)?.todo ?? hint

/** One line for where there is no room for a note: what and what to do, then the engine's own sentence with names and numbers. */
export function errorWords({ code, message, hint }: Pick<ErrorReport, 'code' | 'message' | 'hint'>): string {
  const translated = wordsOfCode(code)
  return (translated ? `${translated.what}${nextSentence}${translated.todo} (${message})` : `${message} ${hint}`).trim()
}
