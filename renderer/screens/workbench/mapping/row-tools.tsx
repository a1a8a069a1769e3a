import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { mappingText as text } from '../../../i18n/en-mapping.ts'
import { makeExceptions, openRule, ruleName } from './made-rule.ts'
import type { Group, RowRef } from './mapping-model.ts'
import { copied, duplicate, keyRefs, paste, remove } from './table-commands.ts'
import { noSelection, subjects } from './table-state.ts'
import type { MappingView } from './use-mapping-rows.ts'
import type { TableHold } from './use-table.ts'

/** What the keys do, for those who use a pointer or a finger. */
export function RowTools({ view, hold }: { readonly view: MappingView; readonly hold: TableHold }) {
  const { rows } = view
  const { cursor, selection } = hold.state
  const refs = subjects(rows, selection, cursor.row)
  const keys = keyRefs(refs).length
  const group = rows.group(cursor.row)
  const isDevice = group?.kind === 'device'
  const isMade = refs.every(({ kind }) => kind === 'made')
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={26} aria-label={text.actions.more} disabled={refs.length === 0}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {group?.kind === 'made' ? (
          <MadeItems view={view} group={group} refs={refs} />
        ) : (
          <Menu.Item onClick={() => hold.set({ isEditing: true })}>
            {keys > 1 ? text.actions.editMany(keys) : text.actions.edit}
          </Menu.Item>
        )}
        <Menu.Item disabled={!isDevice} onClick={() => void duplicate(rows, cursor.row)}>
          {text.actions.duplicate}
        </Menu.Item>
        <Menu.Item onClick={() => void navigator.clipboard?.writeText(copied(rows, refs)).catch(() => undefined)}>
          {text.actions.copy}
        </Menu.Item>
        <Menu.Item
          disabled={isMade}
          onClick={() => {
            // Refused when the browser is not allowed to read it; Ctrl+V needs no permission.
            void navigator.clipboard
              ?.readText()
              .then((content) => paste(rows, cursor.row, content))
              .catch(() => undefined)
          }}
        >
          {text.actions.paste}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          disabled={isMade}
          onClick={() => {
            void remove(rows, refs)
            hold.set({ selection: noSelection })
          }}
        >
          {text.actions.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** A rule has exceptions where a key can also be configured by itself; a topic rule has none, and says what to do instead. */
function MadeItems(props: {
  readonly view: MappingView
  readonly group: Extract<Group, { kind: 'made' }>
  readonly refs: readonly RowRef[]
}) {
  const { view, group, refs } = props
  return (
    <>
      <Menu.Item onClick={() => openRule(group)}>{text.made.open(ruleName(group))}</Menu.Item>
      {group.made.type === 'opcua' ? (
        <Menu.Item onClick={() => void makeExceptions(view.rows, refs)}>{text.made.exception}</Menu.Item>
      ) : (
        <Menu.Label maw={280}>{text.made.noException}</Menu.Label>
      )}
    </>
  )
}
