import { ActionIcon, Autocomplete, SegmentedControl, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import type { OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { Note } from '../../components/note.tsx'
import { formatCount } from '../../format.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import type { Grouping, PickedVariable, ProposedKey } from './key-proposals.ts'
import { pickedLimit } from './picked-variables.ts'

const text = sourcesText.picker
/** Bound of one opcua.read request (contract). */
const readLimit = 200
const readEveryMs = 1000

interface Props {
  readonly target: OpcuaTarget
  readonly items: readonly PickedVariable[]
  readonly proposals: readonly ProposedKey[]
  readonly alreadyCollected: number
  readonly isCut: boolean
  readonly grouping: Grouping
  readonly onGrouping: (grouping: Grouping) => void
  readonly deviceName: string
  readonly deviceNames: readonly string[]
  readonly onDeviceName: (name: string) => void
  readonly profile: string
  readonly onProfile: (profile: string) => void
  readonly onRename: (nodeId: string, key: string) => void
  readonly onRemove: (item: PickedVariable) => void
}

export function NodeSelection(props: Props) {
  const { items, proposals } = props
  return (
    <section className="picker-selection" aria-label={text.selection}>
      <div className="picker-device">
        <SegmentedControl
          aria-label={text.grouping}
          value={props.grouping}
          data={[
            { value: 'one', label: text.groupings.one },
            { value: 'folder', label: text.groupings.folder },
          ]}
          onChange={(value) => props.onGrouping(value === 'folder' ? 'folder' : 'one')}
        />
        {props.grouping === 'one' ? (
          <Autocomplete
            label={text.device}
            value={props.deviceName}
            data={[...new Set(props.deviceNames)]}
            maxLength={255}
            onChange={props.onDeviceName}
          />
        ) : null}
        <TextInput
          label={text.profile}
          placeholder="default"
          value={props.profile}
          maxLength={255}
          onChange={(event) => props.onProfile(event.currentTarget.value)}
        />
      </div>
      {props.alreadyCollected > 0 ? <Note tone="off">{text.already(props.alreadyCollected)}</Note> : null}
      {props.isCut ? <Note tone="warn">{text.cut(formatCount(pickedLimit))}</Note> : null}
      <div className="panel picker-box">
        {items.length === 0 ? (
          <Empty title={text.none}>{text.noneBody}</Empty>
        ) : (
          <SelectionTable {...props} proposals={proposals} />
        )}
      </div>
    </section>
  )
}

function SelectionTable(props: Props) {
  const { items, proposals } = props
  const nodeIds = items.slice(0, readLimit).map((item) => item.nodeId)
  const values = useLiveQuery('opcua.read', { target: props.target, nodeIds }, readEveryMs).value?.values
  const columns: Column<PickedVariable>[] = [
    {
      id: 'key',
      title: text.columns.key,
      width: 'minmax(150px, 2fr)',
      cell: (item, index) => (
        <input
          className="cell-input"
          aria-label={text.keyOf(item.name)}
          value={proposals[index]?.key ?? ''}
          maxLength={255}
          aria-invalid={proposals[index]?.key === ''}
          onChange={(event) => props.onRename(item.nodeId, event.currentTarget.value)}
        />
      ),
    },
    {
      id: 'type',
      title: text.columns.type,
      width: '80px',
      cell: (item, index) => values?.[index]?.type ?? item.typeName,
    },
    {
      id: 'value',
      title: text.columns.value,
      width: 'minmax(90px, 1fr)',
      numeric: true,
      cell: (_item, index) => <span className="mono">{values?.[index]?.value ?? ''}</span>,
    },
    {
      id: 'quality',
      title: text.columns.quality,
      width: '92px',
      cell: (_item, index) => {
        const quality = values?.[index]?.quality ?? ''
        return <span className={/^good/i.test(quality) || quality === '' ? 'muted' : 'tone-bad'}>{quality}</span>
      },
    },
    {
      id: 'remove',
      title: text.columns.remove,
      titleHidden: true,
      width: '50px',
      cell: (item) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={text.remove(item.name)}
          onClick={() => props.onRemove(item)}
        >
          <IconX size={14} />
        </ActionIcon>
      ),
    },
  ]
  if (props.grouping === 'folder') {
    columns.unshift({
      id: 'device',
      title: text.columns.device,
      width: 'minmax(110px, 1fr)',
      cell: (_item, index) => proposals[index]?.device,
    })
  }
  return <DataGrid label={text.selection} columns={columns} total={items.length} rowAt={(index) => items[index]} />
}
