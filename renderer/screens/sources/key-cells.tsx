import { NumberInput, Select, TextInput } from '@mantine/core'
import { sourcesText } from '../../i18n/en-sources.ts'
import type { KeyColumn } from './key-table.tsx'

// Cells of a table of keys, and the columns every such table has.

const target = sourcesText.target

interface CellProps {
  readonly label: string
  readonly error: string | undefined
  readonly placeholder?: string
}

/** Empty = undefined, so that the default (shown as placeholder) counts. */
export function TextCell(
  props: CellProps & {
    readonly value: string | undefined
    readonly mono?: boolean
    readonly disabled?: boolean
    readonly onChange: (value: string | undefined) => void
  },
) {
  return (
    <TextInput
      aria-label={props.label}
      {...(props.mono ? { classNames: { input: 'mono' } } : {})}
      placeholder={props.placeholder ?? ''}
      disabled={props.disabled ?? false}
      value={props.value ?? ''}
      error={props.error}
      onChange={({ currentTarget: { value } }) => props.onChange(value === '' ? undefined : value)}
    />
  )
}

export function NumberCell(
  props: CellProps & {
    readonly value: number | undefined
    readonly onChange: (value: number | undefined) => void
  },
) {
  return (
    <NumberInput
      aria-label={props.label}
      placeholder={props.placeholder ?? ''}
      value={props.value ?? ''}
      error={props.error}
      onChange={(value) => props.onChange(typeof value === 'number' ? value : undefined)}
    />
  )
}

/** What every key says about where its value goes. */
interface Target {
  readonly kind?: 'telemetry' | 'attribute' | undefined
  readonly type?: keyof typeof target.types | undefined
  readonly unit?: string | undefined
}

export function kindColumn<Key extends Target>(): KeyColumn<Key> {
  return {
    id: 'kind',
    title: target.kind,
    width: 'choice',
    cell: ({ draft, named, set }) => (
      <Select
        aria-label={named(target.kind)}
        value={draft.kind ?? 'telemetry'}
        data={Object.entries(target.kinds).map(([value, label]) => ({ value, label }))}
        onChange={(kind) => set({ kind: kind === 'attribute' ? 'attribute' : 'telemetry' } as Partial<Key>)}
      />
    ),
  }
}

export function typeColumn<Key extends Target>(): KeyColumn<Key> {
  return {
    id: 'type',
    title: target.type,
    width: 'choice',
    cell: ({ draft, named, set }) => (
      <Select
        aria-label={named(target.type)}
        value={draft.type ?? 'auto'}
        data={Object.entries(target.types).map(([value, label]) => ({ value, label }))}
        onChange={(type) => set({ type } as Partial<Key>)}
      />
    ),
  }
}

export function unitColumn<Key extends Target>(): KeyColumn<Key> {
  return {
    id: 'unit',
    title: target.unit,
    width: 'narrow',
    cell: ({ draft, named, problem, set }) => (
      <TextCell
        label={named(target.unit)}
        value={draft.unit}
        error={problem('unit')}
        onChange={(unit) => set({ unit } as Partial<Key>)}
      />
    ),
  }
}
