import { Button, Select } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useCallback, useDeferredValue, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { LogEntry } from '../../../shared/status.ts'
import { on, request } from '../../api/client.ts'
import { PagedRows } from '../../api/paged-rows.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { FilterField } from '../../components/filter-field.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { StateMark, type Tone } from '../../components/state-mark.tsx'
import { formatCount, formatMomentMs } from '../../format.ts'
import { activityText } from '../../i18n/en-activity.ts'
import { attention } from '../../stores/attention.ts'
import { hrefOf } from '../../stores/route.ts'
import { LogLines } from './log-lines.ts'

const text = activityText.log
type Level = LogEntry['level']
/** Only what asks for a look is marked. */
const tones: Partial<Record<Level, Tone>> = { warn: 'warn', error: 'bad' }
/** The tail is drawn at most this often, however fast lines come. */
const tailEveryMs = 500
/** Before and after the moment somebody asks for. */
const aroundMs = 60_000

/** 100,000 lines and more: only what is on screen is fetched. New lines arrive at the top (or bottom) until paused. */
export function LogView({ around }: { readonly around: number | undefined }) {
  // What led to an issue is often below a warning.
  const [level, setLevel] = useState<Level>(around === undefined ? 'info' : 'debug')
  const [filter, setFilter] = useState('')
  const [paused, setPaused] = useState(false)
  const [newestOnTop, setNewestOnTop] = useState(true)
  const [opened, setOpened] = useState<LogEntry>()
  const asked = useDeferredValue(filter.trim())
  const { lines, rows } = useLog(level, asked, around)
  const total = rows.total ?? 0
  const at = (index: number): number => (newestOnTop ? index : total - 1 - index)
  const onShow = useCallback(
    (first: number, end: number) => {
      if (newestOnTop) rows.show(first, end)
      else rows.show(Math.max(0, total - end), Math.max(0, total - first - 1))
    },
    [rows, newestOnTop, total],
  )
  const togglePause = (): void => {
    if (paused) lines.resume()
    else lines.pause()
    rows.reset()
    setPaused(!paused)
  }

  return (
    <div className="log">
      <div className="row-gap log-tools">
        <Select
          aria-label={text.level}
          w={180}
          value={level}
          data={Object.entries(text.levels).map(([value, label]) => ({ value, label }))}
          onChange={(value) => {
            setLevel(value as Level)
            setPaused(false)
          }}
        />
        <FilterField label={text.filter} value={filter} onChange={setFilter} />
        <Select
          aria-label={text.order}
          w={160}
          value={newestOnTop ? 'top' : 'bottom'}
          data={Object.entries(text.orders).map(([value, label]) => ({ value, label }))}
          onChange={(value) => setNewestOnTop(value === 'top')}
        />
        <Button
          variant="default"
          aria-pressed={paused}
          leftSection={paused ? <IconPlayerPlay size={14} /> : <IconPlayerPause size={14} />}
          onClick={togglePause}
        >
          {paused ? text.resume : text.pause}
        </Button>
        {around === undefined ? null : (
          <span className="chip">
            {text.around(formatMomentMs(around))}
            <a href={hrefOf('activity', 'log')}>{text.showAll}</a>
          </span>
        )}
        <span className="spacer" />
        <span className="muted">
          {paused
            ? text.paused(formatCount(lines.missed))
            : rows.total === undefined
              ? ''
              : text.lines(formatCount(total))}
        </span>
      </div>
      {rows.error ? <ErrorNote error={rows.error} /> : null}
      <div className="log-grid">
        <DataGrid
          key={`${level} ${asked} ${newestOnTop} ${around}`}
          label={activityText.tabs.log}
          columns={columns}
          total={total}
          rowAt={(index) => rows.row(at(index))}
          onShow={onShow}
          onOpen={setOpened}
          stickToEnd={!newestOnTop && !paused}
          empty={
            rows.total === 0 ? (
              <Empty
                title={asked || level !== 'debug' ? text.empty : text.emptyAll}
                actions={
                  asked ? (
                    <Button variant="default" onClick={() => setFilter('')}>
                      {text.clear}
                    </Button>
                  ) : undefined
                }
              />
            ) : null
          }
        />
      </div>
      {opened ? (
        <section className="log-line" aria-label={text.line}>
          <span className="muted">{`${new Date(opened.at).toISOString()} · ${opened.component} · ${opened.event}`}</span>
          <span className="mono">{opened.fields}</span>
        </section>
      ) : null}
    </div>
  )
}

function useLog(
  level: Level,
  filter: string,
  around: number | undefined,
): { readonly lines: LogLines; readonly rows: PagedRows<LogEntry> } {
  const log = useMemo(() => {
    const time = around === undefined ? {} : { from: around - aroundMs, to: around + aroundMs }
    const lines = new LogLines((offset, limit) => request('log.page', { offset, limit, level, text: filter, ...time }))
    return { lines, rows: new PagedRows(lines.fetch, 0, attention) }
  }, [level, filter, around])
  useSyncExternalStore(log.rows.subscribe, log.rows.version)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const undo = on('log.written', () => {
      timer ??= setTimeout(() => {
        timer = undefined
        log.rows.refresh()
      }, tailEveryMs)
    })
    return () => {
      undo()
      clearTimeout(timer)
    }
  }, [log])
  return log
}

const columns: readonly Column<LogEntry>[] = [
  {
    id: 'time',
    title: text.columns.time,
    width: '110px',
    cell: (e) => <span className="mono">{formatMomentMs(e.at)}</span>,
  },
  {
    id: 'level',
    title: text.columns.level,
    width: '92px',
    cell: (e) => <Level level={e.level} />,
  },
  { id: 'component', title: text.columns.component, width: '150px', cell: (e) => e.component },
  { id: 'event', title: text.columns.event, width: '220px', cell: (e) => e.event },
  {
    id: 'fields',
    title: text.columns.fields,
    width: 'minmax(300px, 1fr)',
    cell: (e) => (
      <span className="mono muted" title={e.fields}>
        {e.fields}
      </span>
    ),
  },
]

function Level({ level }: { readonly level: Level }) {
  const tone = tones[level]
  if (!tone) return <span className="muted">{text.names[level]}</span>
  return <StateMark tone={tone}>{text.names[level]}</StateMark>
}
