import { Button } from '@mantine/core'
import { useState } from 'react'
import { TextField } from '../../forms/fields.tsx'
import { formText } from '../../i18n/en-forms.ts'
import { settingsText as text } from '../../i18n/en-settings.ts'
import { editDraft, useDraft } from '../../stores/draft-store.ts'
import { hrefOf } from '../../stores/route.ts'
import { tellOutcome } from '../../stores/tell.ts'
import { ExportFiles } from './export-files.tsx'

/** As in shared/config/gateway.ts. */
const nameLimit = 120

export function GatewaySettings() {
  const saved = useDraft((d) => d.config?.name ?? '')
  const [typed, setTyped] = useState<string>()
  const name = typed ?? saved
  const isValid = name.trim() !== '' && name.length <= nameLimit
  const add = async (): Promise<void> => {
    const label = text.nameLabel(name)
    const outcome = await editDraft(label, (config) => ({ ...config, name }))
    tellOutcome(label, outcome)
    if (outcome.state === 'saved') setTyped(undefined)
  }
  return (
    <div className="settings-form">
      <p className="muted">{text.inDraft}</p>
      <div className="settings-field">
        <TextField
          label={text.name}
          description={text.nameHint}
          value={name}
          error={isValid || saved === '' ? undefined : text.nameProblem}
          onChange={setTyped}
        />
        <Button data-save disabled={typed === undefined || typed === saved || !isValid} onClick={() => void add()}>
          {formText.save}
        </Button>
      </div>
      <div className="settings-row">
        <span className="settings-label">{text.thingsboard}</span>
        <Button component="a" variant="default" href={hrefOf('thingsboard')}>
          {text.open}
        </Button>
        <span className="muted">{text.thingsboardHint}</span>
      </div>
      <ExportFiles />
    </div>
  )
}
