import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { ToneGlyph } from '../../components/state-mark.tsx'

interface Entry {
  readonly title: string
  /** In the type of an address. */
  readonly detail: string
  /** Something is wrong with it. */
  readonly isBad: boolean
}

/** The parts of a source that have no identity but their place, one of them chosen: rules, events. */
export function EntryList(props: {
  readonly label: string
  readonly entries: readonly Entry[]
  readonly chosen: number
  readonly onChoose: (index: number) => void
  readonly add: string
  readonly onAdd: () => void
  /** As many as the configuration takes. */
  readonly limit: number
}) {
  const { label, entries, chosen, onChoose, add, onAdd, limit } = props
  return (
    <nav className="panel topic-list" aria-label={label}>
      <div className="source-add">
        <Button
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={entries.length >= limit}
          onClick={onAdd}
        >
          {add}
        </Button>
      </div>
      <ul>
        {entries.map(({ title, detail, isBad }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an entry has no identity but its place in the list.
          <li key={index}>
            <button
              type="button"
              className={`topic-row${index === chosen ? ' selected' : ''}`}
              aria-current={index === chosen}
              onClick={() => onChoose(index)}
            >
              <span className="source-line">
                {isBad ? <ToneGlyph tone="bad" /> : null}
                <strong className="ellipsis">{title}</strong>
              </span>
              <span className="muted mono ellipsis">{detail}</span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}
