import { currentLanguage } from './locale.ts'

/** The engine speaks English: where its sentence would stand, other languages say the same in fewer words of their own. */
export function engineWords(sentence: string, own: string): string {
  return currentLanguage() === 'en' ? sentence : own
}
