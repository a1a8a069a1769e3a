import type { SaidWords } from '../en-said.ts'
import { saidLink } from './said-link.ts'
import { saidMapping } from './said-mapping.ts'
import { saidNode } from './said-node.ts'
import { saidReview } from './said-review.ts'
import { saidStored } from './said-stored.ts'
import { saidTest } from './said-test.ts'

export const said: SaidWords = { ...saidLink, ...saidTest, ...saidReview, ...saidNode, ...saidMapping, ...saidStored }
