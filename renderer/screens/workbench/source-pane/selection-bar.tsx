import { Button } from '@mantine/core'
import { formatCount } from '../../../format.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import type { RowCommand } from '../commands.ts'
import { type SourceItem, useWorkbench } from '../selection.ts'
import type { SourceSession } from './source-session.ts'

const text = workbenchText.selection

/** How much is selected, and the commands that are also keys and drags. */
export function SelectionBar(props: {
  readonly session: SourceSession
  readonly onCommand: (command: RowCommand) => void
}) {
  const { session, onCommand } = props
  const count = useWorkbench((w) => w.items.length)
  const focused = useWorkbench((w) => w.focused)
  if (count === 0 && !focused) return <p className="selection-bar muted">{text.hint}</p>
  return (
    <section className="selection-bar" aria-label={text.actions}>
      <span className="ellipsis" role="status">
        {count > 0 ? text.count(formatCount(count)) : nameOf(focused)}
      </span>
      <span className="spacer" />
      <Button size="compact-xs" onClick={() => onCommand('map')} aria-keyshortcuts="M">
        {text.map}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => onCommand('rule')} aria-keyshortcuts="R">
        {text.rule}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => onCommand('watch')} aria-keyshortcuts="W">
        {text.watch}
      </Button>
      {count > 0 ? (
        <Button size="compact-xs" variant="subtle" onClick={() => session.tree.clearSelection()}>
          {text.clear}
        </Button>
      ) : null}
    </section>
  )
}

/** Without a selection the commands are about the row with the cursor. */
function nameOf(item: SourceItem | undefined): string {
  if (!item) return text.none
  if (item.kind === 'node') return item.name
  return item.field === '$' ? (item.topic.split('/').at(-1) ?? item.topic) : item.field
}
