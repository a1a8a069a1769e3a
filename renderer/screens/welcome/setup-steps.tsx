import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { ToneGlyph } from '../../components/state-mark.tsx'
import { welcomeText as text } from '../../i18n/en-welcome.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { hrefOf } from '../../stores/route.ts'
import { findMachine } from './keep-machine.ts'
import { isTicked, type SetupState, useSetup } from './setup-store.ts'
import { StepData } from './step-data.tsx'
import { StepGo } from './step-go.tsx'
import { StepMachine } from './step-machine.tsx'
import { StepThingsboard } from './step-thingsboard.tsx'

const names = ['thingsboard', 'machine', 'data', 'go'] as const

/** One question a page. The address says which, so that Back of mouse and keyboard works. */
export function SetupSteps({ step: asked }: { readonly step: number }) {
  const setup = useSetup()
  const draft = useDraft((d) => d.config)
  useEffect(() => {
    if (draft) findMachine()
  }, [draft])
  const step = Math.min(reachable(setup), Math.max(1, Number.isFinite(asked) ? Math.round(asked) : 1))
  return (
    <section className="setup panel" aria-label={text.steps.label}>
      <header className="setup-head">
        <Progress step={step} />
        <Button component="a" variant="subtle" title={text.leaveHint} href={hrefOf('overview', 'empty')}>
          {text.leave}
        </Button>
      </header>
      {step === 1 ? <StepThingsboard /> : null}
      {step === 2 ? <StepMachine /> : null}
      {step === 3 ? <StepData /> : null}
      {step === 4 ? <StepGo /> : null}
    </section>
  )
}

/** A reloaded page begins where it has what it needs. */
function reachable(setup: SetupState): number {
  const { connector, appliedAt, suggestions, topics } = setup
  if (appliedAt !== undefined || [...suggestions, ...topics].some((one) => isTicked(setup, one))) return 4
  return connector ? 3 : 2
}

function Progress({ step }: { readonly step: number }) {
  return (
    <ol className="setup-progress" aria-label={text.steps.label}>
      {names.map((name, i) => {
        const isDone = i + 1 < step
        const label = text.steps[name]
        return (
          <li key={name} aria-current={i + 1 === step ? 'step' : undefined} className={isDone ? 'setup-done' : ''}>
            {isDone ? <ToneGlyph tone="ok" /> : <span className="setup-number">{i + 1}</span>}
            {isDone && step < 4 ? (
              <a href={hrefOf('overview', 'connect', String(i + 1))} aria-label={text.steps.done(label)}>
                {label}
              </a>
            ) : (
              <span>{label}</span>
            )}
          </li>
        )
      })}
    </ol>
  )
}
