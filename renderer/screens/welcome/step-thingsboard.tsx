import { Button, Textarea } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { ConfigProblem } from '../../../shared/config/gateway.ts'
import { thingsboardSchema } from '../../../shared/config/thingsboard.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { ErrorNote, Note } from '../../components/note.tsx'
import { problemsOf } from '../../forms/problems.ts'
import { TestPanel } from '../../forms/test-panel.tsx'
import { errorWhat } from '../../i18n/en-codes.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { editDraft, useDraft } from '../../stores/draft-store.ts'
import { hrefOf, navigate } from '../../stores/route.ts'
import { AddressFields, FoundAddress } from './address-fields.tsx'
import { keepForImport, type NamedText, readFiles } from './read-files.ts'
import { setSetup, useSetup } from './setup-store.ts'
import { StepPage } from './step-page.tsx'
import { type AddressTest, securePort, useAddressTest } from './use-address-test.ts'

const text = welcomeText.thingsboard
/** While somebody types, the text is looked at when it has stood still for a moment. */
const readAfterMs = 150

export function StepThingsboard() {
  const { thingsboard, pasted } = useSetup()
  const [editing, setEditing] = useState(false)
  const [plainWanted, setPlainWanted] = useState(false)
  const reading = usePasted()
  const test = useAddressTest(thingsboard, !plainWanted)
  const [refused, setRefused] = useState<readonly ConfigProblem[] | ErrorReport>([])
  const saved = useDraft((d) => d.config?.thingsboard)
  // What an earlier visit put into the draft.
  useEffect(() => {
    const { thingsboard: known, pasted: text } = useSetup.getState()
    if (saved && !known && text === '') setSetup({ thingsboard: saved })
  }, [saved])

  const next = async (): Promise<void> => {
    const { best } = test
    if (thingsboard && !best) {
      const problems = problemsOf(thingsboardSchema, thingsboard)
      return setRefused([...problems].map(([path, message]) => ({ path, message })))
    }
    if (best) {
      const outcome = await editDraft(text.label, (config) => ({ ...config, thingsboard: best }))
      if (outcome.state === 'refused') return setRefused(outcome.problems)
      if (outcome.state === 'failed') return setRefused(outcome.error)
      setSetup({ thingsboard: best })
    }
    navigate('overview', 'connect', '2')
  }
  return (
    <StepPage
      n={1}
      title={text.title}
      actions={
        <>
          <Button component="a" variant="default" href={hrefOf('overview', 'welcome')}>
            {welcomeText.back}
          </Button>
          <span className="spacer" />
          <Button variant={test.works ? 'filled' : 'default'} onClick={() => void next()}>
            {test.works ? welcomeText.next : welcomeText.anyway}
          </Button>
        </>
      }
    >
      <div className="setup-columns">
        <div className="setup-stack">
          <Textarea
            label={text.paste}
            description={text.pasteHint}
            autosize
            minRows={4}
            maxRows={9}
            spellCheck={false}
            autoFocus
            classNames={{ input: 'mono' }}
            value={pasted}
            onChange={(event) => reading.take(event.currentTarget.value)}
            onDrop={(event) => {
              if (event.dataTransfer.files.length === 0) return
              event.preventDefault()
              void reading.takeFiles([...event.dataTransfer.files])
            }}
          />
          {reading.problem ? <Note tone="warn">{reading.problem}</Note> : null}
          <BroughtSources />
          {thingsboard ? (
            <FoundAddress address={test.best ?? thingsboard} onEdit={() => setEditing(!editing)} />
          ) : (
            <Button variant="subtle" className="setup-link" onClick={() => setEditing(true)}>
              {text.byHand}
            </Button>
          )}
          {editing ? <AddressFields address={thingsboard} /> : null}
          {reading.notes.map((note) => (
            <Note key={note} tone="off">
              {note}
            </Note>
          ))}
          {'code' in refused ? <ErrorNote error={refused} /> : null}
          {Array.isArray(refused) && refused.length > 0 ? (
            <Note tone="bad" role="alert">
              {text.refused} {refused.map(({ path, message }) => `${path}: ${message}`).join('; ')}
            </Note>
          ) : null}
        </div>
        <div className="setup-stack">
          {thingsboard ? <TestPanel run={test.run} help={<NotGateway test={test} />} /> : null}
          <SecureNote test={test} onPlain={() => setPlainWanted(true)} />
        </div>
      </div>
    </StepPage>
  )
}

interface Pasted {
  readonly problem: string
  readonly notes: readonly string[]
  readonly take: (pasted: string) => void
  readonly takeFiles: (files: readonly File[]) => Promise<void>
}

/** Reads what was pasted or dropped; the newest wins. */
function usePasted(): Pasted {
  const [problem, setProblem] = useState('')
  const [notes, setNotes] = useState<readonly string[]>([])
  const turn = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])

  const read = async (files: readonly NamedText[]): Promise<void> => {
    const own = ++turn.current
    const result = await request('import.read', { files: [...files] })
    if (own !== turn.current) return
    if (!result.ok) return setProblem(errorWhat(result.error))
    const { proposal, entries, files: kinds } = result.value
    const unread = kinds.find((file) => file.problem !== '')
    const first = entries.find((entry) => entry.state === 'unsupported')
    setProblem(proposal.thingsboard ? '' : (unread?.problem ?? first?.note ?? ''))
    setNotes([
      ...new Set(
        entries
          .filter((e) => e.state === 'interpreted' && /host$|environment\[/i.test(e.place))
          .map((e) => `${e.says}: ${e.note}`),
      ),
    ])
    keepForImport(proposal.connectors.length > 0 ? files : [])
    setSetup({
      broughtSources: proposal.connectors.length,
      ...(proposal.thingsboard && { thingsboard: proposal.thingsboard }),
    })
  }
  return {
    problem,
    notes,
    take(pasted) {
      setSetup({ pasted })
      clearTimeout(timer.current)
      turn.current++
      if (pasted.trim() === '') {
        setProblem('')
        setNotes([])
        return
      }
      timer.current = setTimeout(() => void read([{ name: '', text: pasted }]), readAfterMs)
    },
    async takeFiles(files) {
      const { texts } = await readFiles(files)
      if (texts.length === 0) return
      setSetup({ pasted: texts.map(({ name }) => name).join('\n') })
      await read(texts)
    },
  }
}

function BroughtSources() {
  const sources = useSetup((s) => s.broughtSources)
  if (sources === 0) return null
  return (
    <Note
      tone="busy"
      action={
        <Button size="compact-sm" variant="default" component="a" href={hrefOf('overview', 'import')}>
          {text.importInstead}
        </Button>
      }
    >
      {text.alsoSources(sources)}
    </Note>
  )
}

/** The one step people miss: the token works, the box is not ticked. */
function NotGateway({ test }: { readonly test: AddressTest }) {
  const { report, start, running } = test.run
  if (!report?.steps.some((step) => step.step === 'Gateway' && step.state === 'failed')) return null
  return (
    <section className="trust" aria-label={text.notGateway.title}>
      <div className="trust-head">
        <h2>{text.notGateway.title}</h2>
        <Button loading={running} onClick={start}>
          {text.notGateway.again}
        </Button>
      </div>
      <ol className="setup-list">
        {text.notGateway.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  )
}

function SecureNote({ test, onPlain }: { readonly test: AddressTest; readonly onPlain: () => void }) {
  const { secure } = test
  if (secure === 'none') return null
  if (secure === 'trying') return <p className="muted">{text.secureTrying(securePort)}</p>
  if (secure === 'works') {
    return (
      <Note
        tone="ok"
        role="status"
        action={
          <Button size="compact-sm" variant="subtle" onClick={onPlain}>
            {text.usePlain}
          </Button>
        }
      >
        {text.secureFound(securePort)}
      </Note>
    )
  }
  return <p className="muted">{text.secureFailed(securePort, secure.failed)}</p>
}
