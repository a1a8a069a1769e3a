import type { RequestOutput, RequestParsed } from '../../../shared/api/contract.ts'
import { pageLimit } from '../../../shared/api/page.ts'
import { inWords } from '../../../shared/said/said.ts'
import { saidOfStored } from '../../../shared/said/stored.ts'
import type { StoreBooks } from '../pipeline/stages.ts'

// Quarantine and ledger, for the operator.

type Channel =
  | 'quarantine.page'
  | 'quarantine.retry'
  | 'quarantine.fix'
  | 'quarantine.discard'
  | 'quarantine.export'
  | 'ledger.page'

type StoreHandlers = { readonly [C in Channel]: (input: RequestParsed<C>) => Promise<RequestOutput<C>> }

export function storeHandlers(books: () => StoreBooks): StoreHandlers {
  return {
    'quarantine.page': async (query) => {
      const page = await books().quarantinePage(query)
      return { ...page, rows: page.rows.map(withReason) }
    },
    'quarantine.retry': async (choice) => ({
      count: await forEachPage(books(), choice, (ids) => books().retryQuarantined(ids)),
    }),
    'quarantine.fix': async ({ id, ...correction }) => {
      const problem = await books().fixQuarantined(id, correction)
      return problem === undefined ? {} : inWords({ problem })
    },
    'quarantine.discard': async (choice) => ({
      count: await forEachPage(books(), choice, (ids) => books().discardQuarantined(ids)),
    }),
    'quarantine.export': async ({ after, limit }) => {
      const rows = await books().quarantineAfter(after, limit)
      const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
      const last = rows.at(-1)
      return rows.length === limit && last ? { lines, next: last.id } : { lines }
    },
    'ledger.page': async (query) => {
      const page = await books().ledgerPage(query)
      return { ...page, rows: page.rows.map(withReason), totals: page.totals.map(withReason) }
    },
  }
}

const withReason = <T extends { readonly reason: string }>(row: T) => ({
  ...row,
  said: { reason: saidOfStored(row.reason) },
})

/** Everything that matches now, a page at a time: what is refused again meanwhile gets a new id and is not met twice. */
async function forEachPage(
  books: StoreBooks,
  choice: RequestParsed<'quarantine.retry'>,
  task: (ids: readonly number[]) => Promise<number>,
): Promise<number> {
  if ('ids' in choice) return task(choice.ids)
  const { filter } = choice
  const ids: number[] = []
  for (;;) {
    const { rows } = await books.quarantinePage({ offset: ids.length, limit: pageLimit, filter })
    for (const { id } of rows) ids.push(id)
    if (rows.length < pageLimit) break
  }
  let count = 0
  for (let start = 0; start < ids.length; start += pageLimit) count += await task(ids.slice(start, start + pageLimit))
  return count
}
