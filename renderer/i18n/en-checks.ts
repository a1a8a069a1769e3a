import { type Words, words } from './locale.ts'

/** What is wrong with a field, as it stands below it. */
const checksEnglish = {
  needed: 'is needed',
  leastCharacters: (least: string) => `must have at least ${least} characters`,
  leastOneEntry: 'needs at least one entry',
  least: (least: string) => `must be at least ${least}`,
  mostCharacters: (most: string) => `must have at most ${most} characters`,
  mostEntries: (most: string) => `may have at most ${most} entries`,
  most: (most: string) => `must be at most ${most}`,
  wholeNumber: 'must be a whole number',
  kind: (kind: string) => `must be a ${kind}`,
} as const
export type ChecksWords = Words<typeof checksEnglish>
export const checksText = words('checks', checksEnglish)
