import type { Translations } from '../translations.ts'

export const de: Partial<Translations> = {}
