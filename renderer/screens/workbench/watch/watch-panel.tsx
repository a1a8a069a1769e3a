import { dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { ActionIcon, Button } from '@mantine/core'
import { IconChartLine, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { Empty } from '../../../components/empty.tsx'
import { StateMark } from '../../../components/state-mark.tsx'
import { formatAge, formatCount } from '../../../format.ts'
import { workbenchText } from '../../../i18n/en-workbench.ts'
import { useNow } from '../../../stores/use-now.ts'
import { shortNodeId } from '../../nodes/node-address.ts'
import { qualityTone } from '../../nodes/node-attributes.tsx'
import { keyOf, useView } from '../commands.ts'
import { ValueText } from '../inspector/live-value.tsx'
import { dragKind, type SourceItem, useWorkbench } from '../selection.ts'
import { itemOf, type SourceSession } from '../source-pane/source-session.ts'
import { topicOf } from '../source-pane/topic-feed.ts'
import { numberOf } from '../values/value-store.ts'
import { TrailLine } from './trail-line.tsx'
import { watchList } from './watch-list.ts'

const text = workbenchText.watch

/** Values somebody keeps an eye on, of the source that is open. */
export function WatchPanel({ session }: { readonly session: SourceSession }) {
  const keys = useSyncExternalStore(watchList.subscribe, () => watchList.of(session.id))
  const { values, feed } = session
  useSyncExternalStore(values.subscribe, values.version)
  const box = useRef<HTMLElement>(null)
  const isOver = useDrop(box, session)

  useEffect(() => feed.view(() => watchList.of(session.id)), [feed, session])
  useEffect(() => {
    const undo = [...keys].map((key) => values.follow(key))
    return () => {
      for (const stop of undo) stop()
    }
  }, [keys, values])

  return (
    <section ref={box} className={`watch${isOver ? ' drop-here' : ''}`} aria-label={text.label}>
      {keys.size === 0 ? (
        <Empty title={isOver ? text.drop : text.empty}>{text.emptyBody}</Empty>
      ) : (
        <WatchTable session={session} keys={[...keys]} />
      )}
    </section>
  )
}

/** Right of the tabs: whether what is seen is now. */
export function WatchState({ session }: { readonly session: SourceSession }) {
  const { values } = session
  useSyncExternalStore(values.subscribe, values.version)
  const count = useSyncExternalStore(watchList.subscribe, () => watchList.of(session.id).size)
  const state = values.isPaused ? (
    <StateMark tone="warn">{text.held(formatCount(values.heldChanges))}</StateMark>
  ) : values.isStale ? (
    <StateMark tone="warn">{text.stale}</StateMark>
  ) : (
    <StateMark tone="ok">{text.live}</StateMark>
  )
  return (
    <>
      {state}
      {count > 0 ? (
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={() => watchList.remove(session.id, [...watchList.of(session.id)])}
        >
          {text.removeAll}
        </Button>
      ) : null}
    </>
  )
}

function WatchTable({ session, keys }: { readonly session: SourceSession; readonly keys: readonly string[] }) {
  return (
    <table className="watch-table">
      <thead>
        <tr>
          <th>{text.columns.name}</th>
          <th>{text.columns.path}</th>
          <th className="num">{text.columns.value}</th>
          <th>{text.columns.trend}</th>
          <th>{text.columns.quality}</th>
          <th className="num">{text.columns.age}</th>
          <th>
            <span className="visually-hidden">{text.columns.actions}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {keys.map((key) => (
          <WatchRow key={key} session={session} watched={key} />
        ))}
      </tbody>
    </table>
  )
}

function WatchRow({ session, watched }: { readonly session: SourceSession; readonly watched: string }) {
  const { values, tree } = session
  const now = useNow()
  const row = tree.model.rowOf(watched)
  const value = values.get(watched)
  const trail = values.trail(watched)
  const { topic, field } = topicOf(watched)
  const plainName = session.kind === 'mqtt' ? (field === '$' ? topic : field) : shortNodeId(watched)
  const name = row >= 0 ? tree.model.name(row) : plainName
  const where = row >= 0 ? tree.model.path(tree.model.parent(row)) : session.kind === 'mqtt' ? topic : watched
  const look = (tab: string): void => {
    const item = row >= 0 ? itemOf(session, row) : unknownItem(session, watched, name)
    if (!item) return
    useWorkbench.setState({ focused: item })
    useView.setState({
      inspectorTab: tab,
      isInspectorOpen: true,
      reveal: { sourceId: session.id, key: watched, path: '' },
    })
  }
  return (
    <tr>
      <th scope="row">
        <button type="button" className="link-button ellipsis" onClick={() => look('value')}>
          {name}
        </button>
      </th>
      <td className="muted watch-path">
        <span className="tail" title={where}>
          <bdi>{where}</bdi>
        </span>
      </td>
      <td className="num mono watch-value">
        <ValueText session={session} valueKey={watched} />
      </td>
      <td className="watch-line">{trail && numberOf(value) !== null ? <TrailLine values={trail.values} /> : null}</td>
      <td>{value.status === '' ? null : <StateMark tone={qualityTone(value.status)}>{value.status}</StateMark>}</td>
      <td className="num muted">{value.ts > 0 ? formatAge(value.ts, now) : ''}</td>
      <td className="watch-actions">
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={text.trend(name)}
          title={text.trend(name)}
          onClick={() => look('trend')}
        >
          <IconChartLine size={15} />
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={text.remove(name)}
          title={text.remove(name)}
          onClick={() => watchList.remove(session.id, [watched])}
        >
          <IconX size={15} />
        </ActionIcon>
      </td>
    </tr>
  )
}

/** Watched from before, in a branch nobody has opened since. */
function unknownItem(session: SourceSession, key: string, name: string): SourceItem {
  if (session.kind === 'mqtt') return { kind: 'topic', connectorId: session.id, ...topicOf(key) }
  return { kind: 'node', connectorId: session.id, nodeId: key, name, path: '', nodeClass: 2, typeName: '' }
}

/** Whether a drag of nodes is over the element; a drop watches them. */
function useDrop(box: React.RefObject<HTMLElement | null>, session: SourceSession): boolean {
  const [isOver, setOver] = useState(false)
  const now = useRef(session)
  now.current = session
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data['kind'] === dragKind,
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop: ({ source }) => {
        setOver(false)
        const items = source.data['items'] as readonly SourceItem[]
        const own = items.filter(({ connectorId }) => connectorId === now.current.id)
        watchList.add(now.current.id, own.filter((item) => item.kind === 'topic' || item.nodeClass === 2).map(keyOf))
      },
    })
  }, [box])
  return isOver
}
