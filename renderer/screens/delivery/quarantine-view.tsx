import { useCallback, useDeferredValue, useState } from 'react'
import type { QuarantineEntry } from '../../../shared/status.ts'
import { Confirm } from '../../components/confirm.tsx'
import { DataGrid } from '../../components/data-grid.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { formatCount } from '../../format.ts'
import { quarantineText as text } from '../../i18n/en-quarantine.ts'
import { useNow } from '../../stores/use-now.ts'
import { type Choice, chosenCount, everythingChosen, isChosen, nothingChosen, toggled, withRows } from './choice.ts'
import { NothingThere } from './nothing-there.tsx'
import { quarantineColumns } from './quarantine-columns.tsx'
import { QuarantineInspector } from './quarantine-inspector.tsx'
import { QuarantineTools } from './quarantine-tools.tsx'
import { useQuarantine } from './use-quarantine.ts'

/** Above this share of the limit somebody should look before values are given up. */
const nearlyFullShare = 0.9

/** What ThingsBoard refused: look, correct, send again, take along, give up. */
export function QuarantineView({ wanted = '' }: { readonly wanted?: string | undefined }) {
  const [filter, setFilter] = useState(wanted)
  const asked = useDeferredValue(filter.trim())
  const [choice, setChoice] = useState<Choice>(nothingChosen)
  const [opened, setOpened] = useState<QuarantineEntry>()
  const [discarding, setDiscarding] = useState<Choice>()
  const quarantine = useQuarantine(asked)
  const { rows, limit } = quarantine
  const total = rows.total ?? 0
  const now = useNow()
  const onShow = useCallback((first: number, end: number) => rows.show(first, end), [rows])
  const search = (next: string): void => {
    setFilter(next)
    setChoice(nothingChosen)
  }
  const discard = async (): Promise<void> => {
    const wanted = discarding
    setDiscarding(undefined)
    if (!wanted) return
    await quarantine.discard(wanted)
    setChoice(nothingChosen)
    if (opened && isChosen(wanted, opened.id)) setOpened(undefined)
  }
  const retry = async (wanted: Choice): Promise<void> => {
    await quarantine.retry(wanted)
    setChoice(nothingChosen)
    setOpened(undefined)
  }

  return (
    <div className="quarantine">
      <div className="quarantine-list">
        <QuarantineTools
          filter={filter}
          onFilter={search}
          asked={asked}
          choice={choice}
          onChoice={setChoice}
          quarantine={quarantine}
          onRetry={() => void retry(choice)}
          onDiscard={() => setDiscarding(choice.ids.size > 0 ? choice : everythingChosen)}
        />
        {quarantine.error ? <ErrorNote error={quarantine.error} /> : null}
        {rows.error ? <ErrorNote error={rows.error} /> : null}
        {limit > 0 && asked === '' && total > limit * nearlyFullShare ? (
          <Note tone="warn">{text.nearlyFull(formatCount(limit))}</Note>
        ) : null}
        <div className="quarantine-grid">
          <DataGrid
            key={asked}
            label={text.title}
            columns={quarantineColumns(choice, now)}
            total={total}
            rowAt={(index) => rows.row(index)}
            onShow={onShow}
            onOpen={setOpened}
            tone={(row) => (row.id === opened?.id ? 'opened' : '')}
            marks={{
              isMarked: (row) => isChosen(choice, row.id),
              onToggle: (row) => setChoice(toggled(choice, row.id)),
              onAdd: (added) =>
                setChoice(
                  withRows(
                    choice,
                    added.map((row) => row.id),
                  ),
                ),
              onAll: () => setChoice(everythingChosen),
            }}
            empty={rows.total === 0 ? <NothingThere words={text} filter={asked} onClear={() => search('')} /> : null}
          />
        </div>
      </div>
      <QuarantineInspector
        key={opened?.id ?? -1}
        entry={opened}
        onFix={quarantine.fix}
        onFixed={() => setOpened(undefined)}
        onRetry={(id) => void retry({ all: false, ids: new Set([id]) })}
        onDiscard={(id) => setDiscarding({ all: false, ids: new Set([id]) })}
      />
      {discarding ? (
        <Confirm
          opened
          title={text.confirm.title(formatCount(chosenCount(discarding, total)))}
          action={text.confirm.button}
          onConfirm={() => void discard()}
          onCancel={() => setDiscarding(undefined)}
        >
          <p>{text.confirm.body}</p>
          <p>{text.confirm.exportFirst}</p>
        </Confirm>
      ) : null}
    </div>
  )
}
