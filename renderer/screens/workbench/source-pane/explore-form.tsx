import { Button, Select, Textarea } from '@mantine/core'
import { useState } from 'react'
import { workbenchText } from '../../../i18n/en-workbench.ts'

const text = workbenchText.explore

/** Which topics to listen to, and for how long: never without being asked. */
export function ExploreForm(props: {
  /** What stands there first. */
  readonly filters: string
  readonly onStart: (filters: string[], seconds: number) => void
  readonly onCancel: (() => void) | undefined
}) {
  const [filters, setFilters] = useState(props.filters)
  const [seconds, setSeconds] = useState('30')
  return (
    <form
      className="explore-form"
      onSubmit={(event) => {
        event.preventDefault()
        props.onStart(
          filters
            .split('\n')
            .map((line) => line.trim())
            .filter((line) => line !== ''),
          Number(seconds),
        )
      }}
    >
      <p className="muted">{text.intro}</p>
      <Textarea
        label={text.filters}
        description={text.filtersHint}
        autosize
        minRows={2}
        maxRows={6}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        value={filters}
        onChange={(event) => setFilters(event.currentTarget.value)}
      />
      <Select
        label={text.seconds}
        value={seconds}
        data={Object.entries(text.durations).map(([value, label]) => ({ value, label }))}
        onChange={(value) => value && setSeconds(value)}
      />
      <div className="row-gap">
        <Button type="submit" disabled={filters.trim() === ''}>
          {text.start}
        </Button>
        {props.onCancel ? (
          <Button variant="default" onClick={props.onCancel}>
            {text.cancel}
          </Button>
        ) : null}
      </div>
    </form>
  )
}
