import { Button } from '@mantine/core'
import type { VersionRow } from '../../../shared/api/draft-requests.ts'
import type { Column } from '../../components/data-grid.tsx'
import { StateMark, type Tone } from '../../components/state-mark.tsx'
import { formatBytes, formatCount, formatMoment } from '../../format.ts'
import { versionsText as text } from '../../i18n/en-versions.ts'
import { restoreVersion } from '../../stores/apply-draft.ts'

const { columns: titles } = text

const tones: Readonly<Record<VersionRow['state'], Tone>> = {
  running: 'ok',
  trial: 'warn',
  earlier: 'off',
  'rolled back': 'warn',
  damaged: 'bad',
}

export function versionColumns(): readonly Column<VersionRow>[] {
  return [
    { id: 'number', title: titles.number, width: '56px', cell: ({ number }) => <strong>{`#${number}`}</strong> },
    {
      id: 'state',
      title: titles.state,
      width: '108px',
      cell: ({ state }) => (
        <span title={state === 'damaged' ? text.damagedHint : undefined}>
          <StateMark tone={tones[state]}>{text.states[state]}</StateMark>
        </span>
      ),
    },
    { id: 'at', title: titles.at, width: '122px', cell: ({ at }) => formatMoment(at, Date.now()) },
    { id: 'author', title: titles.author, width: 'minmax(64px, 0.6fr)', cell: ({ author }) => author },
    {
      id: 'note',
      title: titles.note,
      width: 'minmax(72px, 1.4fr)',
      cell: ({ note }) => <span title={note}>{note}</span>,
    },
    { id: 'changes', title: titles.changes, width: '100px', cell: (row) => <ChangeCounts row={row} /> },
    {
      id: 'contents',
      title: titles.contents,
      width: '104px',
      cell: ({ sources, devices, keys }) => (
        <span title={text.contents(sources, devices, keys)}>
          {[sources, devices, keys].map(formatCount).join(' / ')}
        </span>
      ),
    },
    { id: 'size', title: titles.size, width: '72px', numeric: true, cell: ({ bytes }) => formatBytes(bytes) },
    { id: 'delivery', title: titles.delivery, width: '118px', numeric: true, cell: deliveryOf },
    {
      id: 'actions',
      title: titles.actions,
      titleHidden: true,
      width: '120px',
      cell: (row) => <Restore row={row} inTable />,
    },
  ]
}

function ChangeCounts({ row }: { readonly row: VersionRow }) {
  return (
    <span className="mono change-counts">
      <span className="change-added">{`+${row.added}`}</span>
      <span className="change-changed">{`~${row.changed}`}</span>
      <span className="change-removed">{`−${row.removed}`}</span>
    </span>
  )
}

function deliveryOf({ deliveredBefore, deliveredAfter }: VersionRow): string {
  if (deliveredBefore === undefined && deliveredAfter === undefined) return text.noDelivery
  const figure = (n: number | undefined): string => (n === undefined ? '–' : formatCount(n))
  return text.delivery(figure(deliveredBefore), figure(deliveredAfter))
}

/** Always there: what it leads to is a draft, with its review before anything runs. */
export function Restore({ row, inTable = false }: { readonly row: VersionRow; readonly inTable?: boolean }) {
  return (
    <Button
      size="compact-xs"
      variant="default"
      tabIndex={inTable ? -1 : 0}
      disabled={row.state === 'damaged'}
      aria-label={text.restoreNamed(row.number)}
      title={text.restoreHint}
      onClick={(event) => {
        event.stopPropagation()
        void restoreVersion(row.number)
      }}
    >
      {text.restore}
    </Button>
  )
}
