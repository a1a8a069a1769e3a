// biome-ignore-all lint/a11y/useSemanticElements: rows of a windowed treegrid, see mapping-table.tsx.
// biome-ignore-all lint/a11y/useFocusableInteractive: see mapping-table.tsx.
// biome-ignore-all lint/a11y/useKeyWithClickEvents: see mapping-table.tsx.
import type { CSSProperties, MouseEvent } from 'react'
import { qualityTone } from '../../../format-quality.ts'
import { mappingText as text } from '../../../i18n/en-mapping.ts'
import { CellEditor, type EditEnd } from './cell-editor.tsx'
import { type KeyColumn, keyColumns } from './key-columns.ts'
import { openRule, ruleName } from './made-rule.ts'
import {
  type Group,
  keysOf,
  type MappingKey,
  type MappingRows,
  nameOf,
  profileOf,
  shortSource,
  sourceOf,
} from './mapping-model.ts'
import { StageMarks } from './stage-marks.tsx'
import { isOneDevice, type VisibleLook } from './use-look.ts'
import type { MappingView } from './use-mapping-rows.ts'

interface Props {
  readonly id: string
  readonly row: number
  readonly rows: MappingRows
  readonly style: CSSProperties
  readonly view: MappingView
  readonly look: VisibleLook
  /** Column of the cursor; -1 = it is in another row. */
  readonly active: number
  readonly isEditing: boolean
  readonly isSelected: boolean
  readonly isDropTarget: boolean
  readonly isFolded: boolean
  /** Keys an edit is about. */
  readonly many: number
  readonly onClick: (event: MouseEvent, row: number, column: number) => void
  readonly onEdit: (row: number, column: number) => void
  readonly onFold: (row: number, isFolded: boolean) => void
  readonly onDone: (column: number, value: string, end: EditEnd) => void
  readonly onCancel: () => void
}

export function MappingRow(props: Props) {
  const { rows, row, isSelected, isDropTarget } = props
  const group = rows.group(row)
  if (!group) return null
  const key = rows.key(row)
  const classes = ['grid-row', key ? 'mapping-key' : 'mapping-device']
  if (props.active >= 0) classes.push('active')
  if (isSelected) classes.push('marked')
  if (isDropTarget) classes.push('drop-target')
  return (
    <div
      id={`${props.id}-${row}`}
      role="row"
      tabIndex={-1}
      aria-rowindex={row + 2}
      aria-level={key ? 2 : 1}
      aria-expanded={key ? undefined : !props.isFolded}
      aria-selected={isSelected}
      className={classes.join(' ')}
      style={props.style}
    >
      {key ? <KeyCells {...props} group={group} keyConfig={key} /> : <DeviceCells {...props} group={group} />}
    </div>
  )
}

function DeviceCells(props: Props & { readonly group: Group }) {
  const { group, row, isFolded, view } = props
  const name = nameOf(group)
  const count = keysOf(group).length
  const runs = view.runs(group, undefined)
  const look = isOneDevice(group) ? props.look.device(name) : undefined
  return (
    <>
      <Cell
        {...props}
        column={0}
        className="mapping-name"
        edit={<NameEditor {...props} value={name} title={text.deviceFields.name} />}
      >
        <button
          type="button"
          tabIndex={-1}
          className="twisty"
          aria-label={isFolded ? text.unfold(name) : text.fold(name)}
          onClick={(event) => {
            event.stopPropagation()
            props.onFold(row, !isFolded)
          }}
        >
          {isFolded ? '▸' : '▾'}
        </button>
        <strong className="ellipsis device-name" title={name}>
          {name}
        </strong>
        {group.kind === 'topic' ? (
          <span className="mapping-mark" title={text.ruleMark}>
            {group.topic.filter}
          </span>
        ) : null}
        {runs ? null : <DraftMark />}
        <span className="muted mapping-count">{text.keyCount(count)}</span>
      </Cell>
      <Cell
        {...props}
        column={1}
        className="mapping-profile ellipsis"
        edit={<NameEditor {...props} value={profileOf(group)} title={text.deviceFields.profile} column={1} />}
      >
        <span className="muted">{profileOf(group)}</span>
      </Cell>
      <div role="gridcell" className="mapping-stages">
        {isOneDevice(group) ? (
          <StageMarks look={look} isDraft={!runs && !look?.deliveredAt} />
        ) : group.kind === 'topic' && runs ? (
          <span className="muted">{text.made.devices(view.madeBy(group))}</span>
        ) : null}
        {group.kind === 'made' ? <MadeMark group={group} /> : null}
      </div>
    </>
  )
}

function KeyCells(props: Props & { readonly group: Group; readonly keyConfig: MappingKey }) {
  const { group, keyConfig: key, view } = props
  const device = nameOf(group)
  const isProblem = view.problems.has(`${device}\u0000${key.key}`)
  const look = isOneDevice(group) ? props.look.key(device, key.key) : undefined
  return (
    <>
      <Cell
        {...props}
        column={0}
        className="mapping-name"
        edit={<NameEditor {...props} value={key.key} title={text.deviceFields.key} />}
      >
        <span className="mapping-source muted ellipsis" title={sourceOf(key)}>
          {shortSource(key)}
        </span>
        <span className="mapping-arrow" aria-hidden="true">
          →
        </span>
        <span className="ellipsis">{key.key}</span>
        {isProblem ? (
          <span className="mapping-problem" title={text.onlyProblems}>
            ▲
          </span>
        ) : null}
        {view.runs(group, key) ? null : <DraftMark />}
      </Cell>
      {keyColumns.map((column, index) => (
        <Cell
          key={column.id}
          {...props}
          column={index + 1}
          className={column.numeric ? 'num ellipsis' : 'ellipsis'}
          edit={<FieldEditor {...props} column={column} columnAt={index + 1} keyConfig={key} />}
        >
          {column.id === 'value' ? (
            <span className={look ? qualityTone(look.quality) : 'muted'}>
              {look && look.value !== '' ? `${look.value}${look.unit ? ` ${look.unit}` : ''}` : '–'}
            </span>
          ) : column.opcuaOnly && !('node' in key) ? null : (
            column.show(key)
          )}
        </Cell>
      ))}
    </>
  )
}

/** Says which rule made the row, and leads there. */
function MadeMark({ group }: { readonly group: Extract<Group, { kind: 'made' }> }) {
  const name = ruleName(group)
  return (
    <button
      type="button"
      tabIndex={-1}
      className="mapping-made"
      title={text.made.title(name)}
      onClick={(event) => {
        event.stopPropagation()
        openRule(group)
      }}
    >
      {text.made.by(name)}
    </button>
  )
}

function DraftMark() {
  return (
    <span className="mapping-draft" title={text.draftMark}>
      <span aria-hidden="true">●</span>
      <span className="visually-hidden">{text.draftMark}</span>
    </span>
  )
}

interface CellProps extends Pick<Props, 'id' | 'row' | 'active' | 'isEditing' | 'onClick' | 'onEdit'> {
  readonly column: number
  readonly className: string
  readonly edit: React.ReactNode
  readonly children: React.ReactNode
}

function Cell({ id, row, active, isEditing, onClick, onEdit, column, className, edit, children }: CellProps) {
  const isActive = active === column
  return (
    <div
      id={`${id}-${row}-${column}`}
      role="gridcell"
      aria-colindex={column + 1}
      className={isActive ? `${className} cell-active` : className}
      onClick={(event) => onClick(event, row, column)}
      onDoubleClick={() => onEdit(row, column)}
    >
      {isActive && isEditing ? edit : children}
    </div>
  )
}

function NameEditor(
  props: Pick<Props, 'onDone' | 'onCancel'> & {
    readonly value: string
    readonly title: string
    readonly column?: number
  },
) {
  const { value, title, column = 0 } = props
  return (
    <CellEditor
      label={text.editing(title, value)}
      edit={{ kind: 'text' }}
      value={value}
      problemOf={(typed) => (column === 0 && typed.trim() === '' ? text.needed : '')}
      onDone={(typed, end) => props.onDone(column, typed, end)}
      onCancel={props.onCancel}
    />
  )
}

function FieldEditor(
  props: Pick<Props, 'onDone' | 'onCancel' | 'many'> & {
    readonly column: KeyColumn
    readonly columnAt: number
    readonly keyConfig: MappingKey
  },
) {
  const { column, columnAt, keyConfig, many } = props
  if (!column.edit) return null
  return (
    <CellEditor
      label={many > 1 ? text.editingMany(column.title, many) : text.editing(column.title, keyConfig.key)}
      edit={column.edit}
      value={column.raw(keyConfig)}
      problemOf={(typed) => {
        const result = column.typed(typed, keyConfig)
        return 'problem' in result ? result.problem : ''
      }}
      onDone={(typed, end) => props.onDone(columnAt, typed, end)}
      onCancel={props.onCancel}
    />
  )
}
