import { Button, Checkbox } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { Empty } from '../../../components/empty.tsx'
import { FilterField } from '../../../components/filter-field.tsx'
import { Note } from '../../../components/note.tsx'
import { mappingText as text } from '../../../i18n/en-mapping.ts'
import { useDraft } from '../../../stores/draft-store.ts'
import { useWorkbench } from '../selection.ts'
import { edit } from './edit.ts'
import { addDevice } from './mapping-edits.ts'
import { type Group, groupId, isFolded, keysOf } from './mapping-model.ts'
import { MappingTable, toProblem } from './mapping-table.tsx'
import { usePane } from './pane-store.ts'
import { RowTools } from './row-tools.tsx'
import { isOneDevice } from './use-look.ts'
import { type MappingView, useMappingRows } from './use-mapping-rows.ts'
import { type TableHold, useTable } from './use-table.ts'

export function DevicesTab() {
  const [filter, setFilter] = useState('')
  const [onlyProblems, setOnlyProblems] = useState(false)
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const view = useMappingRows(filter, onlyProblems, folded)
  const hold = useClamped(useTable(), view)
  const notice = usePane((pane) => pane.notice)
  const { foldsMade } = view
  const fold = useCallback(
    (group: Group, wanted: boolean) => {
      setFolded((before) => {
        if (isFolded(group, { folded: before, foldsMade }) === wanted) return before
        const next = new Set(before)
        if (!next.delete(groupId(group))) next.add(groupId(group))
        return next
      })
    },
    [foldsMade],
  )
  useProblemKey(view, hold)
  return (
    <div className="mapping-devices">
      <div className="mapping-tools">
        <FilterField label={text.filter} value={filter} onChange={setFilter} width={170} />
        <Checkbox
          label={text.onlyProblems}
          checked={onlyProblems}
          onChange={(event) => setOnlyProblems(event.currentTarget.checked)}
        />
        <span className="muted mapping-total" role="status">
          <Total view={view} hold={hold} />
        </span>
        <RowTools view={view} hold={hold} />
        <AddDevice />
      </div>
      {notice === '' ? null : (
        <Note tone="bad" role="alert">
          {notice}
        </Note>
      )}
      <MappingTable view={view} hold={hold} folded={folded} onFold={fold} />
      {view.rows.length > 0 ? null : view.config ? (
        <div className="mapping-empty">
          {filter !== '' || onlyProblems ? (
            <Empty
              title={filter !== '' ? text.empty.noMatch : text.empty.noProblems}
              actions={
                <Button
                  variant="default"
                  onClick={() => {
                    setFilter('')
                    setOnlyProblems(false)
                  }}
                >
                  {text.empty.clear}
                </Button>
              }
            />
          ) : (
            <Empty title={text.empty.title}>{text.empty.body}</Empty>
          )}
        </div>
      ) : (
        <p className="mapping-empty muted">{text.loading}</p>
      )}
    </div>
  )
}

function Total({ view, hold }: { readonly view: MappingView; readonly hold: TableHold }) {
  const { groups } = view.rows
  // A rule for devices that messages name is none itself.
  const devices = useMemo(() => groups.filter(isOneDevice), [groups])
  const keys = useMemo(() => devices.reduce((sum, group) => sum + keysOf(group).length, 0), [devices])
  const { size } = hold.state.selection
  if (size > 0) return text.selected(size)
  if (groups.length === 0) return ''
  const count = text.count(devices.length, keys)
  return view.beyond > 0 ? `${count} · ${text.made.beyond(view.beyond)}` : count
}

function AddDevice() {
  const chosen = useWorkbench((state) => state.connectorId)
  const config = useDraft((draft) => draft.config)
  const servers = config?.connectors.filter(({ type }) => type === 'opcua') ?? []
  const server = servers.find(({ id }) => id === chosen) ?? servers[0]
  if (!server) return null
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<IconPlus size={14} />}
      onClick={() =>
        void edit(text.labels.addDevice(text.newDevice), (before) => addDevice(before, server.id, text.newDevice))
      }
    >
      {text.addDevice}
    </Button>
  )
}

/** Undo and filters make the list shorter: the cursor stays on a row that exists. */
function useClamped(hold: TableHold, { rows }: MappingView): TableHold {
  const { cursor } = hold.state
  if (cursor.row < rows.length || cursor.row === 0) return hold
  const row = Math.max(0, rows.length - 1)
  return { ...hold, state: { ...hold.state, cursor: { row, column: 0 } } }
}

/** F8 anywhere on the screen; not while a cell is edited, whose text would be lost. */
function useProblemKey(view: MappingView, hold: TableHold): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'F8' || event.defaultPrevented || hold.state.isEditing) return
      event.preventDefault()
      toProblem(view, hold, event.shiftKey ? -1 : 1)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  })
}
