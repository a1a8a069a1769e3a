import type { Translations } from './translations.ts'

// The language is chosen once, before any screen is loaded (main.tsx); another language is another start of the page. So
// every catalogue is a plain object, and a text costs nothing at run time. English is the source of shapes: TypeScript
// refuses a translation with a missing, surplus or differently shaped entry.

export const locales = ['en', 'de', 'zh'] as const
type Locale = (typeof locales)[number]
/** `pseudo` makes English texts longer and accented: it shows what is clipped and what was never given to a translator. */
export type Language = Locale | 'pseudo'

/** The shape of a catalogue: the same entries and parameters, other words. */
export type Words<T> = T extends string
  ? string
  : T extends (...args: infer A) => infer R
    ? (...args: A) => Words<R>
    : T extends readonly (infer E)[]
      ? readonly Words<E>[]
      : T extends object
        ? { readonly [K in keyof T]: Words<T[K]> }
        : T

const storageKey = 'tb-gateway.language'

let language: Language = 'en'
let installed: Partial<Translations> = {}

export function currentLanguage(): Language {
  return language
}

/** BCP 47 tag for `Intl`, `lang` and collation. */
export function localeTag(): string {
  return { en: 'en-GB', de: 'de-DE', zh: 'zh-CN', pseudo: 'en-GB' }[language]
}

/** What the operator chose, else the system's language, else English. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem(storageKey)
  if (chosen === 'pseudo' || locales.some((name) => name === chosen)) return chosen as Language
  for (const tag of navigator.languages) {
    const match = locales.find((name) => tag.toLowerCase().split('-')[0] === name)
    if (match) return match
  }
  return 'en'
}

/** Takes effect with the next start of the page, which follows at once. */
export function chooseLanguage(next: Language): void {
  localStorage.setItem(storageKey, next)
  location.reload()
}

/** Before the first screen is imported. */
export async function installLanguage(next: Language): Promise<void> {
  language = next
  if (next === 'de') installed = (await import('./de/de.ts')).de
  if (next === 'zh') installed = (await import('./zh/zh.ts')).zh
  document.documentElement.lang = localeTag()
}

/** The catalogue of one area in the language of this page. */
export function words<K extends keyof Translations, T extends Translations[K]>(area: K, english: T): Translations[K] {
  if (language === 'pseudo') return pseudo(english) as Translations[K]
  return installed[area] ?? english
}

const accents: Readonly<Record<string, string>> = {
  a: 'á',
  e: 'é',
  i: 'í',
  o: 'ó',
  u: 'ú',
  A: 'Å',
  E: 'É',
  O: 'Ö',
  U: 'Ü',
}

/** 40 % longer, as German is at worst, and marked at both ends so that a cut is seen. */
function pseudo(value: unknown): unknown {
  if (typeof value === 'string') return pseudoText(value)
  if (typeof value === 'function')
    return (...args: unknown[]) => pseudo((value as (...a: unknown[]) => unknown)(...args))
  if (Array.isArray(value)) return value.map(pseudo)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, pseudo(entry)]))
}

function pseudoText(text: string): string {
  const accented = text.replace(/[aeiouAEOU]/g, (letter) => accents[letter] ?? letter)
  return `⟦${accented}${'·'.repeat(Math.ceil(text.length * 0.4))}⟧`
}
