import type { TagRow } from '../../../shared/api/contract.ts'
import type { Column } from '../../components/data-grid.tsx'
import { StateMark, type Tone } from '../../components/state-mark.tsx'
import { formatAge, formatCount, noValue } from '../../format.ts'
import { tagsText as text } from '../../i18n/en-rules.ts'
import { sayField } from '../../i18n/say.ts'
import { shortNodeId } from '../nodes/node-address.ts'

const tones: Record<TagRow['state'], Tone> = {
  watched: 'ok',
  polled: 'ok',
  waiting: 'busy',
  refused: 'bad',
  gone: 'bad',
}

export function tagColumns(now: number): readonly Column<TagRow>[] {
  return [
    {
      id: 'device',
      title: text.columns.device,
      width: 'minmax(86px, 1fr)',
      cell: (t) => <strong className="device-name">{t.device}</strong>,
    },
    { id: 'key', title: text.columns.key, width: 'minmax(104px, 1.2fr)', cell: (t) => t.key },
    { id: 'state', title: text.columns.state, width: '118px', cell: (t) => <State tag={t} /> },
    { id: 'node', title: text.columns.node, width: 'minmax(126px, 1.6fr)', cell: (t) => <NodeText node={t.node} /> },
    {
      id: 'nodeId',
      title: text.columns.nodeId,
      width: 'minmax(104px, 1.2fr)',
      cell: (t) => <Resolved tag={t} />,
    },
    {
      id: 'value',
      title: text.columns.value,
      width: 'minmax(96px, 1fr)',
      numeric: true,
      cell: (t) => (
        <span className="mono" title={t.value}>
          {t.value ?? noValue}
        </span>
      ),
    },
    {
      id: 'sampling',
      title: text.columns.sampling,
      width: '110px',
      numeric: true,
      cell: (t) => <Granted asked={t.requestedSamplingMs} granted={t.samplingMs} words={text.samplingTitle} />,
    },
    {
      id: 'queue',
      title: text.columns.queue,
      width: '64px',
      numeric: true,
      cell: (t) => <Granted asked={t.requestedQueueSize} granted={t.queueSize} words={text.queueTitle} />,
    },
    {
      id: 'status',
      title: text.columns.status,
      width: '104px',
      cell: (t) => (
        <span className={t.status === '' || /^good/i.test(t.status) ? 'muted' : 'tone-bad'} title={t.status}>
          {t.status || noValue}
        </span>
      ),
    },
    {
      id: 'at',
      title: text.columns.at,
      width: '58px',
      numeric: true,
      cell: (t) => (t.ts === 0 ? noValue : formatAge(t.ts, now)),
    },
  ]
}

function State({ tag }: { readonly tag: TagRow }) {
  return (
    <span title={sayField(tag, 'problem')}>
      <StateMark tone={tones[tag.state]}>{text.states[tag.state]}</StateMark>
    </span>
  )
}

/** Where the node is on this session; most are where the configuration says. */
function Resolved({ tag }: { readonly tag: TagRow }) {
  if (tag.nodeId === '') return <>{noValue}</>
  if (tag.nodeId === tag.node) {
    return (
      <span className="muted" title={tag.nodeId}>
        {text.same}
      </span>
    )
  }
  return <NodeText node={tag.nodeId} />
}

function NodeText({ node }: { readonly node: string }) {
  return (
    <span className="mono muted tail" title={node}>
      <bdi>{shortNodeId(node)}</bdi>
    </span>
  )
}

/** One number when the server grants what was asked for, both when it does not. */
function Granted(props: {
  readonly asked: number
  readonly granted: number | undefined
  readonly words: (asked: string, granted: string) => string
}) {
  const { asked, granted } = props
  if (granted === undefined) return <span className="muted">{formatCount(asked)}</span>
  if (granted === asked) return <>{formatCount(asked)}</>
  return (
    <span className="tone-warn" title={props.words(formatCount(asked), formatCount(granted))}>
      {`${formatCount(asked)} → ${formatCount(granted)}`}
    </span>
  )
}
