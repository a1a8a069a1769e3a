import { useMemo } from 'react'
import type { ConfigProblem } from '../../../shared/config/gateway.ts'
import { storageSchema } from '../../../shared/config/storage.ts'
import type { GatewayStatus } from '../../../shared/status.ts'
import { Empty } from '../../components/empty.tsx'
import { formatBytes, formatDuration, formatRate } from '../../format.ts'
import { problemsOf, toMap } from '../../forms/problems.ts'
import { SaveBar } from '../../forms/save-bar.tsx'
import { SaveNotes } from '../../forms/save-notes.tsx'
import { frameText } from '../../i18n/en-frame.ts'
import { storageText as text } from '../../i18n/en-storage.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { discardStorage, saveStorage, useStorageDraft } from '../../stores/storage-draft.ts'
import { StorageForm } from './storage-form.tsx'
import { outageSeconds } from './words.ts'

const noProblems: readonly ConfigProblem[] = []

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
          <div className="row-gap storage-buttons">
            {edit.draft === undefined ? <span className="muted">{text.applied}</span> : null}
            <SaveBar
              edited={edit.draft !== undefined}
              problems={problems}
              save={saveStorage}
              discard={discardStorage}
            />
          </div>
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

function Notes() {
  const { conflict, error } = useStorageDraft()
  return (
    <SaveNotes
      conflict={conflict ? text.conflict : undefined}
      onTakeTheirs={discardStorage}
      onKeepMine={() => void saveStorage(true)}
      error={error}
      elsewhere={noProblems}
    />
  )
}
