import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { ConfigProblem } from '../../../shared/config/gateway.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { formatMoment } from '../../format.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { versionsText } from '../../i18n/en-versions.ts'
import { moveTo, useDraft } from '../../stores/draft-store.ts'
import { openOverlay } from '../../stores/overlays.ts'
import { navigate } from '../../stores/route.ts'
import { tellError } from '../../stores/tell.ts'
import { ChangeList } from '../review/change-list.tsx'
import { ConflictList } from './conflict-list.tsx'

const text = versionsText.proposal

type ProposalAnswer = RequestOutput<'proposal.get'>

/** A configuration from elsewhere beside what runs and the draft: merged by identity, or dismissed. */
export function Proposal() {
  const { answer, error } = useProposal()
  const [theirs, setTheirs] = useState<ReadonlySet<string>>(new Set())
  const [problems, setProblems] = useState<readonly ConfigProblem[]>([])
  const [busy, setBusy] = useState(false)
  if (error) return <ErrorNote error={error} />
  if (answer === undefined) return <Empty title={frameText.loading} />
  if (answer === null) return <Empty title={text.gone} />

  const merge = async (): Promise<void> => {
    setBusy(true)
    let refused: readonly ConfigProblem[] = []
    const failed = await moveTo(async (revision) => {
      const result = await request('proposal.merge', { revision, theirs: [...theirs] })
      if (!result.ok) return result
      refused = result.value.problems
      return { ok: true, value: result.value.state }
    })
    setBusy(false)
    setProblems(refused)
    tellError(text.merge, failed)
    if (failed || refused.length > 0) return
    navigate('versions')
    openOverlay('review')
  }
  const dismiss = async (): Promise<void> => {
    const failed = await moveTo(() => request('proposal.dismiss', null))
    tellError(text.dismiss, failed)
    if (!failed) navigate('versions')
  }

  return (
    <section className="panel versions-detail" aria-label={text.title}>
      <header className="panel-head">
        <h2>{text.title}</h2>
        <span className="muted ellipsis" title={answer.note}>
          {[text.from(answer.author, formatMoment(answer.at, Date.now())), answer.note].filter(Boolean).join(' · ')}
        </span>
        <span className="spacer" />
        <Button variant="default" onClick={() => void dismiss()}>
          {text.dismiss}
        </Button>
        <Button loading={busy} title={text.mergeHint} onClick={() => void merge()}>
          {text.merge}
        </Button>
      </header>
      <div className="versions-changes proposal">
        {problems.length > 0 ? <Refused problems={problems} /> : null}
        {answer.conflicts.length > 0 ? (
          <ConflictList conflicts={answer.conflicts} theirs={theirs} onChange={setTheirs} />
        ) : (
          <p className="muted">{text.noConflicts}</p>
        )}
        <h3>{text.changes(answer.comparison.total)}</h3>
        <ChangeList changes={answer.comparison.changes} total={answer.comparison.total} />
      </div>
    </section>
  )
}

function Refused({ problems }: { readonly problems: readonly ConfigProblem[] }) {
  return (
    <Note tone="bad" role="alert">
      <strong>{text.refused}</strong>
      {problems.map(({ path, message }) => (
        <div key={`${path} ${message}`}>{`${path}: ${message}`}</div>
      ))}
    </Note>
  )
}

/** Read anew when the draft moves: what conflicts depends on it. */
function useProposal(): { readonly answer: ProposalAnswer | undefined; readonly error: ErrorReport | undefined } {
  const revision = useDraft((d) => d.state?.revision)
  const hasProposal = useDraft((d) => d.state?.hasProposal)
  const [state, setState] = useState<{ answer?: ProposalAnswer; error?: ErrorReport }>({})
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision has other conflicts.
  useEffect(() => {
    let current = true
    void request('proposal.get', null).then((result) => {
      if (current) setState(result.ok ? { answer: result.value } : { error: result.error })
    })
    return () => {
      current = false
    }
  }, [revision, hasProposal])
  return { answer: state.answer, error: state.error }
}
