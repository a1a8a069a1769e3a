import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import { storageSchema } from '../../../shared/config/storage.ts'
import type { GatewayStatus } from '../../../shared/status.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { formatBytes, formatDuration, formatRate } from '../../format.ts'
import { type Problems, problemsOf, toMap } from '../../forms/problems.ts'
import { formText } from '../../i18n/en-forms.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { storageText as text } from '../../i18n/en-storage.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { discardStorage, saveStorage, useStorageDraft } from '../../stores/storage-draft.ts'
import { StorageForm } from './storage-form.tsx'
import { outageSeconds } from './words.ts'

export function StorageView({ status }: { readonly status: GatewayStatus }) {
  const saved = useDraft((d) => d.config?.storage)
  const edit = useStorageDraft()
  const draft = edit.draft ?? saved ?? {}
  const problems = useMemo(() => {
    const own = problemsOf(storageSchema, draft)
    return edit.refused.length > 0 ? new Map([...own, ...toMap(edit.refused)]) : own
  }, [draft, edit.refused])
  if (!saved) return <Empty title={frameText.loading} />
  const whenFull = draft.whenFull ?? 'drop-oldest'
  return (
    <div className="storage">
      <Notes />
      <div className="editor-columns">
        <div>
          <StorageForm draft={draft} problems={problems} />
          <SaveButtons edited={edit.draft !== undefined} problems={problems} />
        </div>
        <section className="storage-words" aria-label={text.whenFull}>
          <h2>{`${text.whenFull}: ${text.choices[whenFull].toLowerCase()}`}</h2>
          <ul>
            {text.explain[whenFull].map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
          <p>{text.classes}</p>
          <h2>{text.lasts}</h2>
          <p>{lastsWords(status)}</p>
          <p>{text.free(formatBytes(status.store.usedBytes), formatBytes(status.store.limitBytes))}</p>
        </section>
      </div>
    </div>
  )
}

function lastsWords(status: GatewayStatus): string {
  const seconds = outageSeconds(status)
  if (seconds === undefined) return text.lastsUnknown
  return text.lastsWords(formatRate(status.rates.acceptedPerSecond), formatDuration(seconds))
}

function SaveButtons({ edited, problems }: { readonly edited: boolean; readonly problems: Problems }) {
  const [saving, setSaving] = useState(false)
  const save = async (): Promise<void> => {
    setSaving(true)
    await saveStorage()
    setSaving(false)
  }
  return (
    <div className="row-gap storage-buttons">
      <Button data-save disabled={!edited} loading={saving} onClick={() => void save()}>
        {formText.save}
      </Button>
      {edited ? (
        <>
          <Button variant="default" onClick={discardStorage}>
            {formText.discard}
          </Button>
          <span className={problems.size > 0 ? 'tone-bad' : 'muted'} role="status">
            {problems.size > 0 ? formText.invalid(problems.size) : formText.unsaved}
          </span>
        </>
      ) : (
        <span className="muted">{text.applied}</span>
      )}
    </div>
  )
}

function Notes() {
  const { conflict, error } = useStorageDraft()
  return (
    <>
      {conflict ? (
        <Note
          tone="warn"
          role="alert"
          action={
            <>
              <Button size="compact-sm" variant="default" onClick={discardStorage}>
                {formText.takeTheirs}
              </Button>
              <Button size="compact-sm" onClick={() => void saveStorage(true)}>
                {formText.keepMine}
              </Button>
            </>
          }
        >
          {text.conflict}
        </Note>
      ) : null}
      {error ? <ErrorNote error={error} /> : null}
    </>
  )
}
