import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { ConfigChange } from '../../../shared/api/draft-requests.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { formatCount } from '../../format.ts'
import { draftText } from '../../i18n/en-draft.ts'
import { changeSigns, fieldsOf, ownerOf, placeOf, subjectOf } from './change-words.ts'

const text = draftText.panel

interface Props {
  readonly changes: readonly ConfigChange[]
  /** All of them, also those beyond the list. */
  readonly total: number
  /** Absent where nothing can be taken back: between two versions. */
  readonly onRevert?: (id: string) => void
}

/** Changes by source and device, of any number; the chosen one in full below. */
export function ChangeList({ changes, total, onRevert }: Props) {
  const [chosenId, setChosenId] = useState<string>()
  const columns = useMemo(() => columnsOf(changes, onRevert), [changes, onRevert])
  const chosenAt = changes.findIndex(({ id }) => id === chosenId)
  const chosen = changes[chosenAt]
  return (
    <section className="change-list" aria-label={text.changes}>
      <div className="change-grid">
        <DataGrid
          label={text.changes}
          columns={columns}
          total={changes.length}
          rowAt={(index) => changes[index]}
          selected={chosenAt < 0 ? undefined : chosenAt}
          onOpen={(change) => setChosenId(change.id === chosenId ? undefined : change.id)}
          tone={(change) => `change-${change.kind}`}
        />
      </div>
      {total > changes.length ? (
        <p className="muted change-cut">{text.cut(formatCount(changes.length), formatCount(total))}</p>
      ) : null}
      {chosen ? <ChosenChange change={chosen} onRevert={onRevert} /> : null}
    </section>
  )
}

function columnsOf(changes: readonly ConfigChange[], onRevert: Props['onRevert']): readonly Column<ConfigChange>[] {
  const columns: Column<ConfigChange>[] = [
    {
      id: 'owner',
      title: text.columns.owner,
      width: 'minmax(96px, 0.7fr)',
      cell: (change, index) => {
        const former = changes[index - 1]
        const owner = ownerOf(change)
        return former && ownerOf(former) === owner ? <span className="visually-hidden">{owner}</span> : owner
      },
    },
    {
      id: 'what',
      title: text.columns.place,
      width: 'minmax(150px, 1.2fr)',
      cell: (change) => (
        <span title={placeOf(change)}>
          <span className="change-sign" aria-hidden="true">
            {changeSigns[change.kind]}
          </span>
          <span className="visually-hidden">{`${text.kinds[change.kind]}: `}</span>
          {placeOf(change)}
        </span>
      ),
    },
    {
      id: 'subject',
      title: text.columns.subject,
      width: '128px',
      cell: (change) => <span className="muted">{subjectOf(change)}</span>,
    },
    {
      id: 'fields',
      title: text.columns.fields,
      width: 'minmax(120px, 1.5fr)',
      cell: (change) => {
        const line = fieldsOf(change)
        return <span title={line}>{line}</span>
      },
    },
  ]
  if (!onRevert) return columns
  columns.push({
    id: 'revert',
    title: text.columns.revert,
    titleHidden: true,
    width: '140px',
    cell: (change) => <Revert change={change} onRevert={onRevert} inTable />,
  })
  return columns
}

/** The same button stands below the table for whoever works by keyboard. */
function Revert(props: {
  readonly change: ConfigChange
  readonly onRevert: (id: string) => void
  readonly inTable?: boolean
}) {
  const { change, onRevert } = props
  const isRemoval = change.kind === 'removed'
  const what = change.where.join(' › ')
  return (
    <Button
      size="compact-xs"
      variant="default"
      tabIndex={props.inTable ? -1 : 0}
      aria-label={isRemoval ? text.keepNamed(what) : text.takeBackNamed(what)}
      onClick={(event) => {
        event.stopPropagation()
        onRevert(change.id)
      }}
    >
      {isRemoval ? text.keepInstead : text.takeBack}
    </Button>
  )
}

function ChosenChange({ change, onRevert }: { readonly change: ConfigChange; readonly onRevert: Props['onRevert'] }) {
  return (
    <section className="chosen-change" aria-label={change.where.join(' › ')}>
      <header>
        <h3>{`${text.kinds[change.kind]}: ${change.where.join(' › ')}`}</h3>
        <span className="muted">{subjectOf(change)}</span>
        {onRevert ? <Revert change={change} onRevert={onRevert} /> : null}
      </header>
      {change.kind === 'removed' && change.subject === 'device' ? <p>{text.stays}</p> : null}
      <table className="field-table">
        <tbody>
          {change.fields.map(({ name, before, after }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="mono">
                {change.kind === 'added' ? null : <del>{before || text.nothing}</del>}
                {change.kind === 'changed' ? ' → ' : null}
                {change.kind === 'removed' ? null : <ins>{after || text.nothing}</ins>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
