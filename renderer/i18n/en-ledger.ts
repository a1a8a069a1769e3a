import { type Words, words } from './locale.ts'

const ledgerEnglish = {
  title: 'Ledger',
  body: 'Every value that was not delivered, with cause, lane, time and number. Minutes older than a day are added up per day; the numbers stay exact.',
  filter: 'Filter by cause, kind or lane',
  count: (n: string) => `${n} ${n === '1' ? 'entry' : 'entries'}`,
  totals: 'By cause',
  all: 'All causes',
  columns: {
    until: 'When',
    kind: 'What',
    cause: 'Cause',
    lane: 'Lane',
    values: 'Values of',
    count: 'Values',
  },
  empty: 'Nothing was ever given up',
  emptyBody: 'Each value this gateway accepted was delivered or is on its way.',
  noMatch: (filter: string) => `No entry matches “${filter}”`,
  clear: 'Clear filter',
} as const
export type LedgerWords = Words<typeof ledgerEnglish>
export const ledgerText = words('ledger', ledgerEnglish)
