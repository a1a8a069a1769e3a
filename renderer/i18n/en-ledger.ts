import { type Words, words } from './locale.ts'

const ledgerEnglish = {
  title: 'Ledger',
  body: 'Every value that was not delivered, with cause, lane, series, time and number, and what sources lost before it came here. Minutes older than a day are added up per day; the numbers stay exact.',
  filter: 'Filter by cause, kind, lane, source or series',
  count: (n: string) => `${n} ${n === '1' ? 'entry' : 'entries'}`,
  totals: 'By cause',
  all: 'All causes',
  columns: {
    until: 'When',
    kind: 'What',
    cause: 'Cause',
    lane: 'Lane or source',
    series: 'Series',
    values: 'Values of',
    count: 'Values',
  },
  empty: 'Nothing was ever given up',
  emptyBody: 'Each value this gateway accepted was delivered or is on its way.',
  /** Lane and retention class. */
  classes: { '': '', guaranteed: 'guaranteed', recent: 'recent', latest: 'newest only' },
  seriesMore: (names: string, more: string) => `${names} and ${more} more`,
  atLeast: (count: string) => `≥ ${count}`,
  unknown: 'unknown',
  unknownWhy: 'The source does not say how many values it lost.',
  times: (n: string) => `${n} ${n === '1' ? 'time' : 'times'}`,
  sinceUnknown: (to: string) => `unknown – ${to}`,
  noMatch: (filter: string) => `No entry matches “${filter}”`,
  clear: 'Clear filter',
} as const
export type LedgerWords = Words<typeof ledgerEnglish>
export const ledgerText = words('ledger', ledgerEnglish)
