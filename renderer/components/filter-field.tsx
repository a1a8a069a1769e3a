import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'

/** The field Ctrl+F goes to (keymap.ts looks for `data-filter`). Esc empties it first, then leaves it to the dialog. */
export function FilterField({
  label,
  value,
  onChange,
  width = 240,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly width?: number | string
}) {
  return (
    <TextInput
      data-filter
      // Mantine's dialogs listen on the window; this keeps them open while Esc empties the field.
      data-mantine-stop-propagation={value !== ''}
      aria-label={label}
      placeholder={label}
      value={value}
      maxLength={255}
      w={width}
      leftSection={<IconSearch size={14} aria-hidden="true" />}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || value === '') return
        event.stopPropagation()
        onChange('')
      }}
    />
  )
}
