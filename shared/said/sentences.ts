import { importSentences } from './import-sentences.ts'
import { linkSentences } from './link-sentences.ts'
import { mappingSentences } from './mapping-sentences.ts'
import { nodeSentences } from './node-sentences.ts'
import { reviewSentences } from './review-sentences.ts'
import { storedSentences } from './stored-sentences.ts'
import { testSentences } from './test-sentences.ts'

/** Every sentence the engine says, in English, by its code. The other languages are in {de,zh}/. */
export const sentences = {
  ...linkSentences,
  ...testSentences,
  ...reviewSentences,
  ...nodeSentences,
  ...mappingSentences,
  ...storedSentences,
  ...importSentences,
} as const
