import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ErrorReport } from '../../../../shared/errors.ts'
import { request } from '../../../api/client.ts'
import { Empty } from '../../../components/empty.tsx'
import { ErrorNote, Note } from '../../../components/note.tsx'
import { formatCount } from '../../../format.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { useConfig } from '../../../stores/config-store.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import { ExploreForm } from './explore-form.tsx'
import { ExploreWords } from './explore-words.tsx'
import type { SourceSession } from './source-session.ts'

const text = workbenchText.explore
const everyMs = 1000

/** Looking for topics: asked for by somebody, for a chosen time, with what came of it. */
export function ExploreBar({ session }: { readonly session: SourceSession }) {
  const query = useLiveQuery('explore.topics', { connectorId: session.id, action: 'status' }, everyMs)
  const [refused, setRefused] = useState<ErrorReport>()
  const [isAsking, setAsking] = useState(false)
  const status = query.value
  useEffect(() => {
    if (status) void session.topics?.follow(status)
  }, [session, status])
  const act = async (action: 'start' | 'stop', filters?: string[], seconds?: number): Promise<void> => {
    setAsking(false)
    const question = {
      connectorId: session.id,
      action,
      ...(filters ? { filters } : {}),
      ...(seconds ? { seconds } : {}),
    }
    const result = await request('explore.topics', question)
    setRefused(result.ok ? undefined : result.error)
    query.refresh()
  }
  const roots = useRoots(session.id)
  const error = refused ?? query.error
  if (isAsking || status?.state === 'idle')
    return (
      <>
        {error ? <ErrorNote error={error} /> : null}
        <ExploreForm
          filters={roots}
          onCancel={status?.state === 'idle' ? undefined : () => setAsking(false)}
          onStart={(filters, seconds) => void act('start', filters, seconds)}
        />
      </>
    )
  if (!status) return error ? <ErrorNote error={error} /> : null
  return (
    <>
      <section className="explore-bar" aria-label={text.title}>
        <ExploreWords status={status} />
        <span className="spacer" />
        {status.state === 'listening' || status.state === 'connecting' ? (
          <Button size="compact-xs" variant="default" onClick={() => void act('stop')}>
            {text.stop}
          </Button>
        ) : (
          <Button size="compact-xs" variant="default" onClick={() => setAsking(true)}>
            {text.again}
          </Button>
        )}
      </section>
      {error ? <ErrorNote error={error} /> : status.error ? <ErrorNote error={status.error} /> : null}
      {status.isFull ? <Note tone="warn">{text.full(formatCount(status.topics))}</Note> : null}
      {status.skipped > 0 && !status.isFull ? (
        <Note tone="warn">{text.skipped(formatCount(status.skipped))}</Note>
      ) : null}
      {status.state === 'ended' && status.topics === 0 ? <Empty title={text.nothing}>{text.nothingBody}</Empty> : null}
    </>
  )
}

/** Where to look first: beside what the rules of the source take. */
function useRoots(id: string): string {
  const known = useConfig((c) => c.config)?.connectors.find((one) => one.id === id)
  const rules = known?.type === 'mqtt' ? [...new Set(known.topics.map(({ filter }) => filter))] : []
  return rules.length > 0 ? commonRoots(rules).join('\n') : '#'
}

/** `plant/hall/+/climate` → `plant/#`: the neighbours of what is mapped already. */
function commonRoots(filters: readonly string[]): string[] {
  return [...new Set(filters.map((filter) => `${filter.replace(/^\$share\/[^/]+\//, '').split('/')[0]}/#`))]
    .map((root) => (/^[+#]/.test(root) ? '#' : root))
    .slice(0, 10)
}
