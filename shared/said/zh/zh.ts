import type { SaidCatalogue } from '../say-in.ts'
import { codes } from './codes.ts'
import { saidImport } from './import.ts'
import { saidLink } from './link.ts'
import { saidMapping } from './mapping.ts'
import { saidNode } from './node.ts'
import { saidReview } from './review.ts'
import { saidStored } from './stored.ts'
import { saidTest } from './test.ts'

export const said: SaidCatalogue = {
  sentences: { ...saidLink, ...saidTest, ...saidReview, ...saidNode, ...saidMapping, ...saidStored, ...saidImport },
  codes,
  nextClause: '；',
}
