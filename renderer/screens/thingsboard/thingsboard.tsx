import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { thingsboardSchema } from '../../../shared/config/thingsboard.ts'
import { request } from '../../api/client.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { type Problems, problemsOf, shownProblems, toMap } from '../../forms/problems.ts'
import { SaveBar } from '../../forms/save-bar.tsx'
import { SaveNotes } from '../../forms/save-notes.tsx'
import { TestPanel } from '../../forms/test-panel.tsx'
import { useTestRun } from '../../forms/use-test-run.ts'
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
        <div className="source-buttons">
          <SaveBar
            edited={edit.draft !== undefined}
            problems={problems}
            save={saveThingsboard}
            discard={discardThingsboard}
          />
        </div>
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

function Notes() {
  const { conflict, error, refused } = useThingsboardDraft()
  return (
    <SaveNotes
      conflict={conflict ? text.conflict : undefined}
      onTakeTheirs={discardThingsboard}
      onKeepMine={() => void saveThingsboard(true)}
      error={error}
      elsewhere={refused.filter(({ path }) => /^(connectors|storage|\(whole file\))/.test(path))}
    />
  )
}
