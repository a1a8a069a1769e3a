import { useRef, useState } from 'react'
import type { TestReport } from '../../shared/api/contract.ts'
import type { ErrorReport, Result } from '../../shared/errors.ts'
import type { TestRun } from './test-panel.tsx'

interface Outcome {
  readonly report: TestReport | undefined
  readonly error: ErrorReport | undefined
  readonly subject: unknown
}

/**
 * One connection test at a time. `subject` is what is tested (compared by identity to tell an outdated result); `ask`
 * returns undefined when the form is not complete enough to test.
 */
export function useTestRun(subject: unknown, ask: () => Promise<Result<TestReport>> | undefined): TestRun {
  const [running, setRunning] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>()
  const current = useRef(0)
  const start = (): void => {
    const answer = ask()
    if (!answer) return
    const turn = ++current.current
    setRunning(true)
    void answer.then((result) => {
      if (turn !== current.current) return
      setRunning(false)
      setOutcome({
        report: result.ok ? result.value : undefined,
        error: result.ok ? undefined : result.error,
        subject,
      })
    })
  }
  const outdated = outcome !== undefined && outcome.subject !== subject
  return { running, report: outcome?.report, error: outcome?.error, outdated, start }
}
