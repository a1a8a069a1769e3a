import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import { thingsboardSchema } from '../../../shared/config/thingsboard.ts'
import { request } from '../../api/client.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { type Problems, problemsOf, shownProblems, toMap } from '../../forms/problems.ts'
import { TestPanel } from '../../forms/test-panel.tsx'
import { useTestRun } from '../../forms/use-test-run.ts'
import { formText } from '../../i18n/en-forms.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { thingsboardText as text } from '../../i18n/en-thingsboard.ts'
import { loadDraft, useDraft } from '../../stores/draft-store.ts'
import {
  discardThingsboard,
  emptyThingsboard,
  markThingsboard,
  saveThingsboard,
  type ThingsboardDraft,
  useThingsboardDraft,
} from '../../stores/thingsboard-draft.ts'
import { ThingsboardForm } from './thingsboard-form.tsx'
import { TokenHelp } from './token-help.tsx'
import { UplinkState } from './uplink-state.tsx'

export function ThingsBoard() {
  const config = useDraft((d) => d.config)
  const error = useDraft((d) => d.error)
  const edit = useThingsboardDraft()
  const draft = edit.draft ?? config?.thingsboard ?? emptyThingsboard
  const problems = useProblems(draft)
  const run = useTestRun(draft, () => {
    markThingsboard({ attempted: true })
    const parsed = thingsboardSchema.safeParse(draft)
    return parsed.success ? request('thingsboard.test', { thingsboard: parsed.data }) : undefined
  })
  if (!config) {
    if (!error) return <div className="panel screen-fill">{<Empty title={frameText.loading} />}</div>
    return <ErrorNote error={error} action={<Button onClick={() => void loadDraft()}>{frameText.tryAgain}</Button>} />
  }
  return (
    <section className="panel thingsboard" aria-label={text.title}>
      <header className="source-head">
        <div className="source-title">
          <h1>{text.title}</h1>
        </div>
        <UplinkState />
        <SaveButtons edited={edit.draft !== undefined} problems={problems} />
      </header>
      <Notes />
      <div className="editor-columns">
        <ThingsboardForm draft={draft} saved={config.thingsboard} problems={problems} />
        <div className="side-stack">
          <TestPanel run={run} />
          {draft.credentials.type === 'token' ? <TokenHelp /> : null}
        </div>
      </div>
    </section>
  )
}

function useProblems(draft: ThingsboardDraft): Problems {
  const attempted = useThingsboardDraft((s) => s.attempted)
  const refused = useThingsboardDraft((s) => s.refused)
  return useMemo(() => {
    const shown = shownProblems(problemsOf(thingsboardSchema, draft), attempted)
    return refused.length > 0 ? new Map([...shown, ...toMap(refused)]) : shown
  }, [draft, attempted, refused])
}

function SaveButtons({ edited, problems }: { readonly edited: boolean; readonly problems: Problems }) {
  const [saving, setSaving] = useState(false)
  const save = async (): Promise<void> => {
    setSaving(true)
    await saveThingsboard()
    setSaving(false)
  }
  return (
    <div className="source-buttons">
      {edited ? (
        <>
          <span className={problems.size > 0 ? 'tone-bad' : 'muted'} role="status">
            {problems.size > 0 ? formText.invalid(problems.size) : formText.unsaved}
          </span>
          <Button variant="default" onClick={discardThingsboard}>
            {formText.discard}
          </Button>
        </>
      ) : null}
      <Button data-save disabled={!edited} loading={saving} onClick={() => void save()}>
        {formText.save}
      </Button>
    </div>
  )
}

function Notes() {
  const { conflict, error, refused } = useThingsboardDraft()
  const elsewhere = refused.filter((problem) => /^(connectors|storage|\(whole file\))/.test(problem.path))
  return (
    <>
      {conflict ? (
        <Note
          tone="warn"
          role="alert"
          action={
            <>
              <Button size="compact-sm" variant="default" onClick={discardThingsboard}>
                {formText.takeTheirs}
              </Button>
              <Button size="compact-sm" onClick={() => void saveThingsboard(true)}>
                {formText.keepMine}
              </Button>
            </>
          }
        >
          {text.conflict}
        </Note>
      ) : null}
      {error ? <ErrorNote error={error} /> : null}
      {elsewhere.length > 0 ? (
        <Note tone="bad" role="alert">
          {formText.elsewhere}
          {elsewhere.map((problem) => (
            <div key={problem.path}>{`${problem.path}: ${problem.message}`}</div>
          ))}
        </Note>
      ) : null}
    </>
  )
}
