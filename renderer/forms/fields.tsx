import { Button, NumberInput, PasswordInput, Select, Switch, TextInput } from '@mantine/core'
import { maskedSecret, parseSecretReference } from '../../shared/config/secret.ts'
import { formText as text } from '../i18n/en-forms.ts'

// Labelled inputs over plain values: undefined = not set. The message of a field stands beside it and is part of its
// accessible description.

interface FieldProps {
  readonly label: string
  readonly description?: string | undefined
  readonly error?: string | undefined
  readonly required?: boolean
}

export function TextField(
  props: FieldProps & {
    readonly value: string | undefined
    readonly onChange: (value: string) => void
    readonly placeholder?: string
    readonly mono?: boolean
  },
) {
  return (
    <TextInput
      label={props.label}
      description={props.description}
      error={props.error}
      withAsterisk={props.required ?? false}
      value={props.value ?? ''}
      placeholder={props.placeholder ?? ''}
      spellCheck={false}
      autoComplete="off"
      {...(props.mono ? { classNames: { input: 'mono' } } : {})}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  )
}

/** Empty = undefined, so that the schema's default (shown as placeholder) counts. */
export function NumberField(
  props: FieldProps & {
    readonly value: number | undefined
    readonly onChange: (value: number | undefined) => void
    readonly unit?: string
    readonly fallback?: number | string
    readonly decimals?: boolean
  },
) {
  return (
    <NumberInput
      label={props.label}
      description={props.description}
      error={props.error}
      withAsterisk={props.required ?? false}
      value={props.value ?? ''}
      placeholder={props.fallback === undefined ? '' : String(props.fallback)}
      allowDecimal={props.decimals ?? false}
      clampBehavior="none"
      rightSection={props.unit ? <span className="field-unit">{props.unit}</span> : null}
      rightSectionWidth={props.unit ? 14 + props.unit.length * 8 : 0}
      rightSectionPointerEvents="none"
      onChange={(value) => props.onChange(typeof value === 'number' ? value : parsed(value))}
    />
  )
}

function parsed(value: string): number | undefined {
  const number = Number(value)
  return value.trim() === '' || Number.isNaN(number) ? undefined : number
}

export function ChoiceField<T extends string>(
  props: FieldProps & {
    readonly value: T
    readonly choices: readonly (readonly [value: T, label: string])[]
    readonly onChange: (value: T) => void
  },
) {
  return (
    <Select
      label={props.label}
      description={props.description}
      error={props.error}
      value={props.value}
      data={props.choices.map(([value, label]) => ({ value, label }))}
      onChange={(value) => {
        const choice = props.choices.find(([name]) => name === value)
        if (choice) props.onChange(choice[0])
      }}
    />
  )
}

export function SwitchField(
  props: FieldProps & { readonly value: boolean; readonly onChange: (value: boolean) => void },
) {
  return (
    <Switch
      label={props.label}
      description={props.description}
      error={props.error}
      checked={props.value}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  )
}

/**
 * A stored secret never reaches this window: it says "stored" and can only be replaced. `stored` is what the
 * configuration holds (mask or reference), undefined for a new field.
 */
export function SecretField(
  props: FieldProps & {
    readonly value: string | undefined
    readonly stored: string | undefined
    readonly onChange: (value: string | undefined) => void
  },
) {
  const { stored, value } = props
  const isStored = stored === maskedSecret || (stored !== undefined && parseSecretReference(stored) !== undefined)
  if (isStored && value === stored) {
    return (
      <div className="mantine-InputWrapper-root">
        <div className="mantine-InputWrapper-label">{props.label}</div>
        <div className="secret-stored">
          <span>{stored === maskedSecret ? text.stored : text.storedAs(stored)}</span>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={text.replaceNamed(props.label)}
            onClick={() => props.onChange('')}
          >
            {text.replace}
          </Button>
        </div>
      </div>
    )
  }
  return (
    <div>
      <PasswordInput
        label={props.label}
        description={props.description}
        error={props.error}
        withAsterisk={props.required ?? false}
        value={value ?? ''}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': text.show }}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      />
      {isStored ? (
        <Button size="compact-xs" variant="subtle" onClick={() => props.onChange(stored)}>
          {text.keepStored}
        </Button>
      ) : null}
    </div>
  )
}
