import type { Translations } from '../translations.ts'

export const zh: Partial<Translations> = {}
