import type { CodesWords } from './error-words.ts'
import { errorPrefix, resolved, type Said, todoPrefix } from './said.ts'
import type { sentences } from './sentences.ts'
import type { Translated } from './translated.ts'

export type SentenceWords = Translated<typeof sentences>

/** What a language needs to say what the engine says. */
export interface SaidCatalogue {
  readonly sentences: SentenceWords
  /** What happened and what to do, by error code. */
  readonly codes: CodesWords
  /** Between the sentences of a list. */
  readonly nextClause: string
}

type Sentence = string | ((params: unknown) => string)

/** In the language of the catalogue; in English where it does not know the code, which may come from a newer engine. */
export function sayIn(catalogue: SaidCatalogue, { code, params = {}, text }: Said): string {
  const codes: Readonly<Record<string, { readonly what: string; readonly todo: string } | undefined>> = catalogue.codes
  if (code.startsWith(errorPrefix)) return codes[code.slice(errorPrefix.length)]?.what ?? text
  if (code.startsWith(todoPrefix)) return codes[code.slice(todoPrefix.length)]?.todo ?? text
  const sentence = (catalogue.sentences as Readonly<Record<string, Sentence | undefined>>)[code]
  if (sentence === undefined) return text
  if (typeof sentence === 'string') return sentence
  return sentence(resolved(params, (one) => sayIn(catalogue, one), catalogue.nextClause))
}
