import type { QuarantineEntry } from '../../../shared/status.ts'
import type { Column } from '../../components/data-grid.tsx'
import { formatMoment } from '../../format.ts'
import { quarantineText as text } from '../../i18n/en-quarantine.ts'
import { sayField } from '../../i18n/say.ts'
import { type Choice, isChosen } from './choice.ts'

/** A cell shows no more of a value that may be a megabyte. */
const shownLength = 200

export function quarantineColumns(choice: Choice, now: number): readonly Column<QuarantineEntry>[] {
  return [
    {
      id: 'mark',
      title: text.columns.mark,
      titleHidden: true,
      width: '36px',
      cell: (row) => <Mark checked={isChosen(choice, row.id)} />,
    },
    { id: 'at', title: text.columns.at, width: '112px', cell: (row) => formatMoment(row.at, now) },
    {
      id: 'device',
      title: text.columns.device,
      width: 'minmax(100px, 1fr)',
      cell: (row) => <strong className="device-name">{row.device}</strong>,
    },
    { id: 'key', title: text.columns.key, width: 'minmax(80px, 0.8fr)', cell: (row) => row.key },
    {
      id: 'value',
      title: text.columns.value,
      width: 'minmax(90px, 1fr)',
      cell: (row) => <span className="mono">{row.value.slice(0, shownLength)}</span>,
    },
    {
      id: 'reason',
      title: text.columns.reason,
      width: 'minmax(140px, 1.6fr)',
      cell: (row) => (
        <span className="muted" title={sayField(row, 'reason')}>
          {sayField(row, 'reason')}
        </span>
      ),
    },
    { id: 'attempts', title: text.columns.attempts, width: '78px', numeric: true, cell: (row) => row.attempts },
  ]
}

/** The row itself says that it is selected (aria-selected); this is for the eye and the mouse. */
function Mark({ checked }: { readonly checked: boolean }) {
  return (
    <span className={`mark${checked ? ' mark-on' : ''}`} data-mark aria-hidden="true">
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
        {checked ? <path d="M1.5 5.2 4 7.6 8.6 2.4" fill="none" stroke="currentColor" strokeWidth="1.8" /> : null}
      </svg>
    </span>
  )
}
