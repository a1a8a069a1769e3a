import { Button, SegmentedControl } from '@mantine/core'
import type { MergeConflict } from '../../../shared/api/draft-requests.ts'
import { useRowWindow } from '../../components/use-row-window.ts'
import { versionsText } from '../../i18n/en-versions.ts'

const text = versionsText.proposal
/** px: two lines of values and the choice. */
const rowHeight = 64
/** The changes below stay in view. */
const rowsShown = 4

/** Where draft and proposal changed the same thing differently. What is not chosen stays as in the draft. */
export function ConflictList(props: {
  readonly conflicts: readonly MergeConflict[]
  readonly theirs: ReadonlySet<string>
  readonly onChange: (theirs: ReadonlySet<string>) => void
}) {
  const { conflicts, theirs, onChange } = props
  const view = useRowWindow(conflicts.length, rowHeight)
  const choose = (id: string, isTheirs: boolean): void => {
    const next = new Set(theirs)
    if (isTheirs) next.add(id)
    else next.delete(id)
    onChange(next)
  }
  return (
    <section className="conflicts" aria-label={text.conflicts(conflicts.length)}>
      <header className="row-gap">
        <strong>{text.conflicts(conflicts.length)}</strong>
        <span className="spacer" />
        <Button size="compact-xs" variant="default" onClick={() => onChange(new Set())}>
          {text.allOurs}
        </Button>
        <Button size="compact-xs" variant="default" onClick={() => onChange(new Set(conflicts.map(({ id }) => id)))}>
          {text.allTheirs}
        </Button>
      </header>
      <div
        ref={view.ref}
        className="conflict-box"
        style={{ height: Math.min(conflicts.length, rowsShown) * rowHeight }}
        onScroll={view.onScroll}
      >
        <ul style={{ height: conflicts.length * rowHeight }}>
          {conflicts.slice(view.first, view.end).map((conflict, at) => (
            <li
              key={conflict.id}
              style={{ height: rowHeight, transform: `translateY(${(view.first + at) * rowHeight}px)` }}
            >
              <Conflict conflict={conflict} isTheirs={theirs.has(conflict.id)} onChoose={choose} />
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}

function Conflict(props: {
  readonly conflict: MergeConflict
  readonly isTheirs: boolean
  readonly onChoose: (id: string, isTheirs: boolean) => void
}) {
  const { conflict, isTheirs, onChoose } = props
  const where = conflict.where.join(' › ')
  const value = (words: string): string => words || text.absent
  return (
    <>
      <div className="conflict-where ellipsis" title={where}>
        {where}
        <span className="muted mono ellipsis">{`${text.base}: ${value(conflict.base)}`}</span>
      </div>
      <div className="conflict-values mono">
        <span className={isTheirs ? 'ellipsis muted' : 'ellipsis'} title={conflict.ours}>
          {`${text.ours}: ${value(conflict.ours)}`}
        </span>
        <span className={isTheirs ? 'ellipsis' : 'ellipsis muted'} title={conflict.theirs}>
          {`${text.theirs}: ${value(conflict.theirs)}`}
        </span>
      </div>
      <SegmentedControl
        aria-label={where}
        value={isTheirs ? 'theirs' : 'ours'}
        onChange={(next) => onChoose(conflict.id, next === 'theirs')}
        data={[
          { value: 'ours', label: text.ours },
          { value: 'theirs', label: text.theirs },
        ]}
      />
    </>
  )
}
