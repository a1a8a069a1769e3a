import { useMemo, useState, useSyncExternalStore } from 'react'
import type { RequestInput, RequestOutput } from '../../../shared/api/contract.ts'
import type { ErrorReport, Result } from '../../../shared/errors.ts'
import type { QuarantineEntry } from '../../../shared/status.ts'
import { request } from '../../api/client.ts'
import { PagedRows } from '../../api/paged-rows.ts'
import { formatCount } from '../../format.ts'
import { errorWords } from '../../i18n/en-codes.ts'
import { quarantineText as text } from '../../i18n/en-quarantine.ts'
import { sayField } from '../../i18n/say.ts'
import { attention } from '../../stores/attention.ts'
import { useStatus } from '../../stores/status-store.ts'
import { asksOf, type Choice } from './choice.ts'
import { exportQuarantine } from './export-quarantine.ts'

const everyMs = 2000

export type Correction = RequestInput<'quarantine.fix'>

/** The list, and what can be done with it. `said` is the outcome of the last action in words. */
export function useQuarantine(filter: string) {
  const [limit, setLimit] = useState(0)
  const [said, setSaid] = useState('')
  const [error, setError] = useState<ErrorReport>()
  const [busy, setBusy] = useState(false)
  const name = useStatus((s) => s.status?.name ?? '')
  const rows = useMemo(
    () =>
      new PagedRows<QuarantineEntry>(
        async (offset, count) => {
          const page = await request('quarantine.page', { offset, limit: count, filter })
          if (page.ok) setLimit(page.value.limit)
          return page
        },
        everyMs,
        attention,
      ),
    [filter],
  )
  useSyncExternalStore(rows.subscribe, rows.version)

  const act = async (task: () => Promise<string | ErrorReport>): Promise<void> => {
    setBusy(true)
    setError(undefined)
    const outcome = await task()
    setBusy(false)
    if (typeof outcome === 'string') setSaid(outcome)
    else setError(outcome)
    rows.reset()
  }
  return {
    rows,
    limit,
    said,
    error,
    busy,
    retry: (choice: Choice) =>
      act(() => forAll(asksOf(choice, filter), (ask) => request('quarantine.retry', ask), text.retried)),
    discard: (choice: Choice) =>
      act(() => forAll(asksOf(choice, filter), (ask) => request('quarantine.discard', ask), text.discarded)),
    export: () =>
      act(async () => {
        const outcome = await exportQuarantine(name, (count) => setSaid(text.exporting(formatCount(count))))
        return 'error' in outcome ? outcome.error : text.exported(formatCount(outcome.count))
      }),
    /** Resolves to what is wrong with the correction; undefined when it is on its way. */
    async fix(correction: Correction): Promise<string | undefined> {
      const result = await request('quarantine.fix', correction)
      const problem = result.ok ? correctionProblem(result.value) : errorWords(result.error)
      if (problem === undefined) setSaid(text.corrected)
      rows.reset()
      return problem
    },
  }
}

function correctionProblem({ problem, said }: RequestOutput<'quarantine.fix'>): string | undefined {
  return problem === undefined ? undefined : sayField({ problem, said }, 'problem')
}

async function forAll<Ask>(
  asks: readonly Ask[],
  send: (ask: Ask) => Promise<Result<{ count: number }>>,
  words: (n: string) => string,
): Promise<string | ErrorReport> {
  let total = 0
  for (const ask of asks) {
    const result = await send(ask)
    if (!result.ok) return result.error
    total += result.value.count
  }
  return words(formatCount(total))
}
