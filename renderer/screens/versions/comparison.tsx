import { Button, SegmentedControl, Select } from '@mantine/core'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { Comparison, VersionRow } from '../../../shared/api/draft-requests.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { download } from '../../api/download.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { draftText } from '../../i18n/en-draft.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { versionsText as text } from '../../i18n/en-versions.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { navigate } from '../../stores/route.ts'
import { useStatus } from '../../stores/status-store.ts'
import { tellError } from '../../stores/tell.ts'
import { ChangeList } from '../review/change-list.tsx'
import { Restore } from './version-columns.tsx'

const JsonDiff = lazy(async () => ({ default: (await import('../review/json-diff.tsx')).JsonDiff }))

/** As the contract names it. */
const draftNumber = 0
/** What a list to choose from can hold; older ones are reached through their own row. */
const choicesLimit = 200

interface Props {
  readonly number: number
  /** undefined while its page is not loaded. */
  readonly row: VersionRow | undefined
  /** Number in the address. */
  readonly wantedFrom: string | undefined
  readonly newest: number
}

/** What one version changed against the one before it, or any other, or the draft. */
export function VersionComparison({ number, row, wantedFrom, newest }: Props) {
  const from = wantedFrom === undefined ? number - 1 : Number(wantedFrom)
  const [view, setView] = useState<'summary' | 'json'>('summary')
  const { comparison, error } = useComparison(from, number, wantedFrom !== undefined)
  const names = { from: nameOf(from), to: nameOf(number) }
  return (
    <section className="panel versions-detail" aria-label={text.compare}>
      <header className="panel-head">
        <h2>{text.compareTitle(names.to, names.from)}</h2>
        <Select
          aria-label={text.from}
          w={150}
          value={String(wantedFrom ?? number - 1)}
          data={choices(number, newest)}
          onChange={(value) => value !== null && navigate('versions', String(number), value)}
        />
        <SegmentedControl
          aria-label={text.compare}
          value={view}
          onChange={(next) => setView(next === 'json' ? 'json' : 'summary')}
          data={[
            { value: 'summary', label: draftText.panel.summary },
            { value: 'json', label: draftText.panel.json },
          ]}
        />
        <ExportVersion number={number} isDamaged={row?.state === 'damaged'} />
        {row ? <Restore row={row} /> : null}
      </header>
      <div className="versions-changes">
        {error ? <ErrorNote error={error} /> : null}
        {!comparison && !error ? <Empty title={frameText.loading} /> : null}
        {comparison && view === 'json' ? (
          <Suspense fallback={<Empty title={frameText.loading} />}>
            <JsonDiff
              before={comparison.before}
              after={comparison.after}
              beforeName={names.from}
              afterName={names.to}
            />
          </Suspense>
        ) : null}
        {comparison && view === 'summary' ? (
          comparison.total === 0 ? (
            <Empty title={text.equal} />
          ) : (
            <ChangeList changes={comparison.changes} total={comparison.total} />
          )
        ) : null}
      </div>
    </section>
  )
}

function nameOf(number: number): string {
  return number === draftNumber ? text.draft : text.numbered(number)
}

function choices(number: number, newest: number): { value: string; label: string }[] {
  const numbers: number[] = []
  for (let n = newest; n > 0 && numbers.length < choicesLimit; n -= 1) if (n !== number) numbers.push(n)
  if (number > 1 && !numbers.includes(number - 1)) numbers.push(number - 1)
  return [
    { value: String(draftNumber), label: text.draft },
    ...numbers.map((n) => ({ value: String(n), label: text.numbered(n) })),
  ]
}

function useComparison(
  from: number,
  to: number,
  isChosen: boolean,
): { readonly comparison: Comparison | undefined; readonly error: ErrorReport | undefined } {
  const isDraft = from === draftNumber && isChosen
  const revision = useDraft((d) => (isDraft ? d.state?.revision : undefined))
  const [state, setState] = useState<{ comparison?: Comparison; error?: ErrorReport }>({})
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is another draft.
  useEffect(() => {
    let current = true
    void request('versions.compare', { from, to }).then((result) => {
      if (current) setState(result.ok ? { comparison: result.value } : { error: result.error })
    })
    return () => {
      current = false
    }
  }, [from, to, revision])
  return { comparison: state.comparison, error: state.error }
}

function ExportVersion({ number, isDamaged }: { readonly number: number; readonly isDamaged: boolean }) {
  const gateway = useStatus((s) => s.status?.name ?? 'gateway')
  const save = async (): Promise<void> => {
    const result = await request('versions.compare', { from: number, to: number })
    if (!result.ok) return tellError(text.exportNamed(number), result.error)
    const name = text.fileName(gateway.replace(/[^\p{L}\p{N} ._-]/gu, '_'), number)
    download(name, 'application/json', `${result.value.after.trimEnd()}\n`)
  }
  return (
    <Button
      size="compact-sm"
      variant="default"
      disabled={isDamaged}
      aria-label={text.exportNamed(number)}
      title={text.exportHint}
      onClick={() => void save()}
    >
      {text.export}
    </Button>
  )
}
