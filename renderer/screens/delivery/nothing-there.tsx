import { Button } from '@mantine/core'
import { Empty } from '../../components/empty.tsx'

/** A list without rows: because there is nothing, or because nothing passes what was typed. */
export function NothingThere(props: {
  readonly words: {
    readonly empty: string
    readonly emptyBody: string
    readonly noMatch: (filter: string) => string
    readonly clear: string
  }
  readonly filter: string
  readonly onClear: () => void
}) {
  const { words, filter } = props
  if (filter === '') return <Empty title={words.empty}>{words.emptyBody}</Empty>
  return (
    <Empty
      title={words.noMatch(filter)}
      actions={
        <Button variant="default" onClick={props.onClear}>
          {words.clear}
        </Button>
      }
    />
  )
}
