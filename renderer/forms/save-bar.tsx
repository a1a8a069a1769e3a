import { Button } from '@mantine/core'
import { useState } from 'react'
import { formText } from '../i18n/en-forms.ts'
import type { Problems } from './problems.ts'

/** Whether something is not in the draft yet, and the two things to do about it. */
export function SaveBar(props: {
  readonly edited: boolean
  readonly problems: Problems
  readonly save: () => Promise<unknown>
  readonly discard: () => void
}) {
  const { edited, problems } = props
  const [saving, setSaving] = useState(false)
  const save = async (): Promise<void> => {
    setSaving(true)
    await props.save()
    setSaving(false)
  }
  return (
    <>
      {edited ? (
        <>
          <span className={problems.size > 0 ? 'tone-bad' : 'muted'} role="status">
            {problems.size > 0 ? formText.invalid(problems.size) : formText.unsaved}
          </span>
          <Button variant="default" onClick={props.discard}>
            {formText.discard}
          </Button>
        </>
      ) : null}
      <Button data-save disabled={!edited} loading={saving} onClick={() => void save()}>
        {formText.save}
      </Button>
    </>
  )
}
