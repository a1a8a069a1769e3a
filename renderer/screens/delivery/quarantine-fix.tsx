import { Button, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { QuarantineEntry } from '../../../shared/status.ts'
import { ChoiceField, TextField } from '../../forms/fields.tsx'
import { quarantineText } from '../../i18n/en-quarantine.ts'
import type { Correction } from './use-quarantine.ts'

const text = quarantineText.inspector
type ValueType = QuarantineEntry['type']
const types = Object.entries(quarantineText.types) as [ValueType, string][]

/** Another value in place of the refused one. What can not be said in that type is told by the engine, beside the field. */
export function QuarantineFix({
  entry,
  onFix,
  onFixed,
}: {
  readonly entry: QuarantineEntry
  readonly onFix: (correction: Correction) => Promise<string | undefined>
  readonly onFixed: () => void
}) {
  const [key, setKey] = useState(entry.key)
  const [type, setType] = useState<ValueType>(entry.type)
  const [value, setValue] = useState(entry.value)
  const [problem, setProblem] = useState<string>()
  const [sending, setSending] = useState(false)
  const same = key === entry.key && type === entry.type && value === entry.value
  const send = async (): Promise<void> => {
    setSending(true)
    const wrong = await onFix({ id: entry.id, key, type, value })
    setSending(false)
    setProblem(wrong)
    if (wrong === undefined) onFixed()
  }
  return (
    <form
      className="form"
      aria-label={text.fix}
      onSubmit={(event) => {
        event.preventDefault()
        if (!same && key !== '') void send()
      }}
    >
      <h3>{text.fix}</h3>
      <div className="w-6">
        <TextField label={text.key} value={key} onChange={setKey} />
      </div>
      <div className="w-6">
        <ChoiceField label={text.type} value={type} choices={types} onChange={setType} />
      </div>
      <Textarea
        label={text.value}
        error={problem}
        value={value}
        spellCheck={false}
        rows={3}
        classNames={{ input: 'mono' }}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
      <div className="row-gap">
        <Button type="submit" data-save disabled={same || key === ''} loading={sending}>
          {text.send}
        </Button>
        <span className="muted fix-hint">{same ? text.same : text.fixHint}</span>
      </div>
    </form>
  )
}
