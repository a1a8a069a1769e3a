import { Button, Checkbox } from '@mantine/core'
import { type DragEvent, useEffect, useRef, useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { ConfigProblem } from '../../../shared/config/gateway.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { ErrorNote, Note } from '../../components/note.tsx'
import { formatCount } from '../../format.ts'
import { importText as text } from '../../i18n/en-import.ts'
import { welcomeText } from '../../i18n/en-welcome.ts'
import { sayField } from '../../i18n/say.ts'
import { editDraft, useDraft } from '../../stores/draft-store.ts'
import { openOverlay } from '../../stores/overlays.ts'
import { hrefOf } from '../../stores/route.ts'
import { ImportReport } from './import-report.tsx'
import { mergeImport } from './merge-import.ts'
import { droppedFiles, type NamedText, readFiles, takeForImport } from './read-files.ts'

type Result = RequestOutput<'import.read'>

/** Files in, a proposal with a report out, then the draft and its review. */
export function ImportView() {
  const reading = useImport()
  const { result, error, skipped } = reading
  return (
    <section
      className="setup panel"
      aria-label={text.title}
      onDragOver={(event: DragEvent) => event.preventDefault()}
      onDrop={(event: DragEvent) => {
        event.preventDefault()
        void droppedFiles(event.dataTransfer).then(reading.take)
      }}
    >
      <header className="setup-head">
        <h1>{text.title}</h1>
        <span className="spacer" />
        {result ? <Choosers onFiles={reading.take} label={text.another} /> : null}
        <Button component="a" variant="subtle" href={hrefOf('overview', 'welcome')}>
          {welcomeText.back}
        </Button>
      </header>
      {error ? <ErrorNote error={error} /> : null}
      {skipped > 0 ? <Note tone="off">{text.tooMany(skipped)}</Note> : null}
      {result ? (
        <Proposal result={result} />
      ) : (
        <div className="setup-drop" aria-busy={reading.isReading}>
          <p>{reading.isReading ? text.reading : text.body}</p>
          <Choosers onFiles={reading.take} />
          <p className="muted">{text.kinds}</p>
        </div>
      )}
    </section>
  )
}

interface Reading {
  readonly result: Result | undefined
  readonly error: ErrorReport | undefined
  readonly skipped: number
  readonly isReading: boolean
  readonly take: (files: readonly File[]) => void
}

function useImport(): Reading {
  const [state, setState] = useState<Omit<Reading, 'take'>>({
    result: undefined,
    error: undefined,
    skipped: 0,
    isReading: false,
  })
  const ask = async (texts: readonly NamedText[], skipped: number): Promise<void> => {
    if (texts.length === 0) return setState((s) => ({ ...s, skipped, isReading: false }))
    const answer = await request('import.read', { files: [...texts] })
    setState({
      result: answer.ok ? answer.value : undefined,
      error: answer.ok ? undefined : answer.error,
      skipped,
      isReading: false,
    })
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; what the first step has read already.
  useEffect(() => {
    void ask(takeForImport(), 0)
  }, [])
  return {
    ...state,
    take(files) {
      setState((s) => ({ ...s, isReading: true }))
      void readFiles(files).then(({ texts, skipped }) => ask(texts, skipped))
    },
  }
}

function Choosers({ onFiles, label }: { readonly onFiles: (files: readonly File[]) => void; readonly label?: string }) {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  return (
    <div className="row-gap">
      <Button variant={label ? 'default' : 'filled'} onClick={() => files.current?.click()}>
        {label ?? text.files}
      </Button>
      {label ? null : (
        <Button variant="default" onClick={() => folder.current?.click()}>
          {text.folder}
        </Button>
      )}
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label={text.files}
        accept=".json,.yaml,.yml,.env,.txt"
        onChange={(event) => onFiles([...(event.currentTarget.files ?? [])])}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label={text.folder}
        {...{ webkitdirectory: '' }}
        onChange={(event) => onFiles([...(event.currentTarget.files ?? [])])}
      />
    </div>
  )
}

function Proposal({ result }: { readonly result: Result }) {
  const existing = useDraft((d) => d.config?.thingsboard)
  const [replace, setReplace] = useState(false)
  const [state, setState] = useState<'idle' | 'saving' | readonly ConfigProblem[] | ErrorReport>('idle')
  const { proposal, files } = result
  const { thingsboard, connectors } = proposal
  const isEmpty = connectors.length === 0 && !thingsboard
  const accept = async (): Promise<void> => {
    setState('saving')
    const outcome = await editDraft(text.label(fileWords(files)), (config) => mergeImport(config, proposal, replace))
    if (outcome.state === 'saved') {
      setState('idle')
      openOverlay('review')
    } else if (outcome.state === 'refused') setState(outcome.problems)
    else setState(outcome.state === 'failed' ? outcome.error : [{ path: '', message: text.conflict }])
  }
  return (
    <>
      <div className="import-summary">
        {isEmpty ? (
          <Note tone="bad">{text.nothing}</Note>
        ) : (
          <p className="import-facts">
            <span>
              <strong>{sourceWords(result)}</strong>
            </span>
            <span className="muted">
              {thingsboard ? text.thingsboard(`${thingsboard.host}:${thingsboard.port}`) : text.noThingsboard}
            </span>
          </p>
        )}
        {files
          .filter(({ problem }) => problem !== '')
          .map((file) => (
            <Note key={file.name} tone="warn">{`${file.name} ${text.unreadable} ${sayField(file, 'problem')}`}</Note>
          ))}
        {thingsboard && existing ? (
          <Checkbox
            label={text.replaceThingsboard}
            checked={replace}
            onChange={(event) => setReplace(event.currentTarget.checked)}
          />
        ) : null}
        {typeof state === 'object' && 'code' in state ? <ErrorNote error={state} /> : null}
        {Array.isArray(state) ? (
          <Note tone="bad" role="alert">
            {text.refused}
            {state.map((problem: ConfigProblem) => (
              <div key={`${problem.path} ${problem.message}`}>{`${problem.path}: ${problem.message}`}</div>
            ))}
          </Note>
        ) : null}
      </div>
      <ImportReport result={result} />
      <footer className="setup-foot">
        <span className="muted">{text.hint}</span>
        <span className="spacer" />
        <Button autoFocus disabled={isEmpty} loading={state === 'saving'} onClick={() => void accept()}>
          {text.accept}
        </Button>
      </footer>
    </>
  )
}

function sourceWords({ proposal, devices, keys, rules }: Result): string {
  const words = text.result(proposal.connectors.length, formatCount(devices), formatCount(keys))
  return rules > 0 ? `${words}, ${text.rules(rules)}` : words
}

function fileWords(files: Result['files']): string {
  const [first, ...others] = files
  const name = (first?.name.split('/').at(-1) ?? '').slice(0, 100)
  return others.length === 0 ? name : text.someFiles(name, others.length)
}
