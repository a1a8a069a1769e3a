import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import type { TestReport, TestStep } from '../../shared/api/contract.ts'
import type { ErrorReport } from '../../shared/errors.ts'
import { Evidence } from '../components/evidence.tsx'
import { ErrorNote, Note } from '../components/note.tsx'
import { StateMark, type Tone } from '../components/state-mark.tsx'
import { formatMs } from '../format.ts'
import { formText } from '../i18n/en-forms.ts'
import { sayField } from '../i18n/say.ts'
import { CertificateTrust } from './certificate-trust.tsx'

const text = formText.test

export interface TestRun {
  readonly running: boolean
  readonly report: TestReport | undefined
  readonly error: ErrorReport | undefined
  /** The form was edited after the test began. */
  readonly outdated: boolean
  readonly start: () => void
}

const tones: Record<TestStep['state'], Tone> = { ok: 'ok', failed: 'bad', warning: 'warn', skipped: 'off' }

/** Which step of a connection failed, why, and what to do; a certificate nobody decided about yet gets its one question. */
export function TestPanel({
  run,
  help,
}: {
  readonly run: TestRun
  /** What the screen knows about the step that failed. */
  readonly help?: ReactNode
}) {
  const { report } = run
  return (
    <section className="panel test-panel" aria-label={text.title} aria-busy={run.running}>
      <header className="panel-head">
        <h2>{text.title}</h2>
        <Button variant="default" size="compact-sm" loading={run.running} onClick={run.start}>
          {report || run.error ? text.again : text.button}
        </Button>
      </header>
      <div className="test-body" role="status">
        {!report && !run.error ? <p className="muted">{run.running ? text.running : text.idle}</p> : null}
        {run.error ? <ErrorNote error={run.error} /> : null}
        {report ? <Steps steps={report.steps} outdated={run.outdated} /> : null}
      </div>
      {help}
      {report?.certificate && report.certificate.state !== 'trusted' && !run.running ? (
        <CertificateTrust certificate={report.certificate} onTrusted={run.start} />
      ) : null}
    </section>
  )
}

function Steps({ steps, outdated }: { readonly steps: readonly TestStep[]; readonly outdated: boolean }) {
  const failed = steps.find((step) => step.state === 'failed')
  const warned = steps.some((step) => step.state === 'warning')
  return (
    <>
      {outdated ? <Note tone="off">{text.changed}</Note> : null}
      <p className={failed ? 'tone-bad' : warned ? 'tone-warn' : 'tone-ok'}>
        <strong>{failed ? text.stopped(nameOf(failed.step)) : warned ? text.warned : text.allOk}</strong>
      </p>
      <ol className="test-steps">
        {steps.map((step) => (
          <li key={step.step} className={`test-step test-${step.state}`}>
            <div className="test-line">
              <span className="test-name">{nameOf(step.step)}</span>
              <StateMark tone={tones[step.state]}>{text.states[step.state]}</StateMark>
              <span className="test-ms muted">{step.state === 'skipped' ? '' : formatMs(step.ms)}</span>
            </div>
            {step.detail ? <div className="test-detail">{sayField(step, 'detail')}</div> : null}
            {step.hint ? <div className="test-hint">{sayField(step, 'hint')}</div> : null}
            <Evidence of={step} />
          </li>
        ))}
      </ol>
    </>
  )
}

function nameOf(step: string): string {
  return text.steps[step] ?? step
}
