import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { TextField } from './fields.tsx'
import type { Problems } from './problems.ts'

export interface TextListWords {
  readonly title: string
  readonly hint: string
  readonly add: string
  readonly field: (n: number) => string
  readonly remove: (n: number) => string
}

/** A short list of lines, edited in place. */
export function TextList(props: {
  readonly words: TextListWords
  readonly values: readonly string[]
  readonly limit: number
  readonly placeholder: string
  /** Name of the field; its entries complain as `name[0]`. */
  readonly name: string
  readonly problems: Problems
  readonly onChange: (values: string[]) => void
}) {
  const { words, values, onChange } = props
  return (
    <div className="text-list">
      <div className="section-head">
        <h3>{words.title}</h3>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={values.length >= props.limit}
          onClick={() => onChange([...values, ''])}
        >
          {words.add}
        </Button>
      </div>
      <p className="muted rule-hint">{words.hint}</p>
      {values.map((value, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place in the list.
        <div key={at} className="field-with-button">
          <TextField
            label={words.field(at + 1)}
            mono
            placeholder={props.placeholder}
            value={value}
            error={props.problems.get(`${props.name}[${at}]`)}
            onChange={(next) => onChange(values.map((old, i) => (i === at ? next.trim() : old)))}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            aria-label={words.remove(at + 1)}
            onClick={() => onChange(values.filter((_value, i) => i !== at))}
          >
            <IconTrash size={15} />
          </ActionIcon>
        </div>
      ))}
    </div>
  )
}
