import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Problems } from '../../forms/problems.ts'

/** One key as a cell of its row sees it. */
interface KeyRow<Key> {
  readonly draft: Key
  /** The name of an input: its column, and which row it is in. */
  readonly named: (column: string) => string
  readonly problem: (field: string) => string | undefined
  readonly set: (patch: Partial<Key>) => void
}

export interface KeyColumn<Key> {
  readonly id: string
  readonly title: string
  /** Shown on hovering over the head. */
  readonly hint?: string
  readonly width?: 'choice' | 'narrow'
  readonly cell: (row: KeyRow<Key>) => ReactNode
}

/** Keys of one rule as a table that is edited in place; the column head labels each field. One key always stays. */
export function KeyTable<Key extends object>(props: {
  readonly words: { readonly keys: string; readonly addKey: string; readonly removeColumn: string }
  readonly hint?: string
  readonly columns: readonly KeyColumn<Key>[]
  readonly keys: readonly Key[]
  readonly fresh: Key
  /** Of the button that removes a key. */
  readonly removeWords: (key: Key, row: number) => string
  readonly problems: Problems
  readonly change: (keys: Key[]) => void
}) {
  const { words, columns, keys, problems, change } = props
  return (
    <div>
      <div className="section-head">
        <h3>{words.keys}</h3>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => change([...keys, props.fresh])}
        >
          {words.addKey}
        </Button>
      </div>
      {props.hint === undefined ? null : <p className="muted rule-hint">{props.hint}</p>}
      <table className="plain-table edit-table">
        <thead>
          <tr>
            {columns.map(({ id, title, hint }) => (
              <th key={id} title={hint}>
                {title}
              </th>
            ))}
            <th>
              <span className="visually-hidden">{words.removeColumn}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((draft, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: keys have no identity but their place in the rule.
            <tr key={index}>
              {columns.map(({ id, width, cell }) => (
                <td key={id} className={width}>
                  {cell({
                    draft,
                    named: (column) => `${column}, ${index + 1}`,
                    problem: (field) => problems.get(`keys[${index}].${field}`),
                    set: (patch) => change(keys.map((old, at) => (at === index ? { ...old, ...patch } : old))),
                  })}
                </td>
              ))}
              <td>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={26}
                  disabled={keys.length < 2}
                  aria-label={props.removeWords(draft, index + 1)}
                  onClick={() => change(keys.filter((_key, at) => at !== index))}
                >
                  <IconTrash size={15} />
                </ActionIcon>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
