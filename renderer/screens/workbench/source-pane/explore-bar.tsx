import { Button, Select, Textarea } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ExploreState } from '../../../../shared/api/explore-requests.ts'
import type { ErrorReport } from '../../../../shared/errors.ts'
import { request } from '../../../api/client.ts'
import { Empty } from '../../../components/empty.tsx'
import { ErrorNote, Note } from '../../../components/note.tsx'
import { StateMark } from '../../../components/state-mark.tsx'
import { formatAge, formatCount } from '../../../format.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { useConfig } from '../../../stores/config-store.ts'
import { useLiveQuery } from '../../../stores/use-live-query.ts'
import { useNow } from '../../../stores/use-now.ts'
import type { SourceSession } from './source-session.ts'

const text = workbenchText.explore
const everyMs = 1000
const tones = { idle: 'off', connecting: 'busy', listening: 'busy', ended: 'ok', failed: 'bad' } as const

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
  const error = refused ?? query.error
  if (isAsking || status?.state === 'idle')
    return (
      <>
        {error ? <ErrorNote error={error} /> : null}
        <ExploreForm
          session={session}
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

function ExploreWords({ status }: { readonly status: ExploreState }) {
  const now = useNow()
  const { state, topics, messages, endsAt } = status
  const when =
    state === 'listening'
      ? text.left(Math.max(0, Math.ceil((endsAt - now) / 1000)))
      : state === 'ended'
        ? text.ago(formatAge(endsAt, now))
        : ''
  return (
    <span className="explore-words">
      <StateMark tone={tones[state]}>{`${text.states[state]} ${when}`}</StateMark>
      {state === 'connecting' ? null : (
        <span className="muted">{text.found(formatCount(topics), formatCount(messages))}</span>
      )}
    </span>
  )
}

function ExploreForm(props: {
  readonly session: SourceSession
  readonly onStart: (filters: string[], seconds: number) => void
  readonly onCancel: (() => void) | undefined
}) {
  const known = useConfig((c) => c.config)?.connectors.find(({ id }) => id === props.session.id)
  const rules = known?.type === 'mqtt' ? [...new Set(known.topics.map(({ filter }) => filter))] : []
  const [filters, setFilters] = useState(rules.length > 0 ? commonRoots(rules).join('\n') : '#')
  const [seconds, setSeconds] = useState('30')
  return (
    <form
      className="explore-form"
      onSubmit={(event) => {
        event.preventDefault()
        props.onStart(
          filters
            .split('\n')
            .map((line) => line.trim())
            .filter((line) => line !== ''),
          Number(seconds),
        )
      }}
    >
      <p className="muted">{text.intro}</p>
      <Textarea
        label={text.filters}
        description={text.filtersHint}
        autosize
        minRows={2}
        maxRows={6}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        value={filters}
        onChange={(event) => setFilters(event.currentTarget.value)}
      />
      <Select
        label={text.seconds}
        value={seconds}
        data={Object.entries(text.durations).map(([value, label]) => ({ value, label }))}
        onChange={(value) => value && setSeconds(value)}
      />
      <div className="row-gap">
        <Button type="submit" disabled={filters.trim() === ''}>
          {text.start}
        </Button>
        {props.onCancel ? (
          <Button variant="default" onClick={props.onCancel}>
            {text.cancel}
          </Button>
        ) : null}
      </div>
    </form>
  )
}

/** `plant/hall/+/climate` → `plant/#`: the neighbours of what is mapped already. */
function commonRoots(filters: readonly string[]): string[] {
  return [...new Set(filters.map((filter) => `${filter.replace(/^\$share\/[^/]+\//, '').split('/')[0]}/#`))]
    .map((root) => (/^[+#]/.test(root) ? '#' : root))
    .slice(0, 10)
}
