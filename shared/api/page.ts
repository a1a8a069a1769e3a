import * as z from 'zod'

/** Rows of one answer: 2,000 cross a process border in about a millisecond. */
export const pageLimit = 2000
/** Points of one history request. */
export const historyLimit = 50_000
/** Fields of a request for a page. */
export const page = { offset: z.int().min(0), limit: z.int().min(1).max(pageLimit) }
