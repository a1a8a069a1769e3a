import type { ChecksWords } from '../en-checks.ts'

export const checks: ChecksWords = {
  needed: 'fehlt',
  leastCharacters: (least) => `braucht mindestens ${least} Zeichen`,
  leastOneEntry: 'braucht mindestens einen Eintrag',
  least: (least) => `mindestens ${least}`,
  mostCharacters: (most) => `höchstens ${most} Zeichen`,
  mostEntries: (most) => `höchstens ${most} Einträge`,
  most: (most) => `höchstens ${most}`,
  wholeNumber: 'muss eine ganze Zahl sein',
  kind: (kind) => `falsche Art von Wert (erwartet: ${kind})`,
}
