import { Button } from '@mantine/core'
import { FilterField } from '../../components/filter-field.tsx'
import { formatCount } from '../../format.ts'
import { quarantineText as text } from '../../i18n/en-quarantine.ts'
import { type Choice, chosenCount, everythingChosen, nothingChosen } from './choice.ts'
import type { useQuarantine } from './use-quarantine.ts'

/** Filter, figures and actions above the list. Without a selection the actions mean everything that is listed. */
export function QuarantineTools(props: {
  readonly filter: string
  readonly onFilter: (filter: string) => void
  readonly asked: string
  readonly choice: Choice
  readonly onChoice: (choice: Choice) => void
  readonly quarantine: ReturnType<typeof useQuarantine>
  readonly onRetry: () => void
  readonly onDiscard: () => void
}) {
  const { choice, quarantine } = props
  const total = quarantine.rows.total ?? 0
  const some = choice.all || choice.ids.size > 0
  const kind = total === 0 ? 'none' : choice.ids.size > 0 ? 'some' : 'all'
  const count = formatCount(chosenCount(choice, total))
  const idle = total === 0 || quarantine.busy
  return (
    <div className="quarantine-tools">
      <FilterField label={text.filter} value={props.filter} onChange={props.onFilter} width={230} />
      <Button
        variant="default"
        disabled={total === 0}
        onClick={() => props.onChoice(some ? nothingChosen : everythingChosen)}
      >
        {some ? text.selectNone : text.selectAll}
      </Button>
      <span className="muted" role="status">
        {some ? text.chosen(count) : quarantine.said || figures(quarantine, props.asked)}
      </span>
      <span className="spacer" />
      <Button disabled={idle} onClick={props.onRetry}>
        {text.retry[kind](count)}
      </Button>
      <Button variant="default" disabled={idle} title={text.exportHint} onClick={() => void quarantine.export()}>
        {text.export}
      </Button>
      <Button variant="default" disabled={idle} onClick={props.onDiscard}>
        {text.discard[kind](count)}
      </Button>
    </div>
  )
}

function figures({ rows, limit }: ReturnType<typeof useQuarantine>, asked: string): string {
  if (rows.total === undefined) return ''
  return asked === '' ? text.count(formatCount(rows.total), formatCount(limit)) : text.found(formatCount(rows.total))
}
