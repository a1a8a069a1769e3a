import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { OpcuaTarget } from '../../../shared/api/opcua-requests.ts'
import { request } from '../../api/client.ts'
import { PagedRows } from '../../api/paged-rows.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { formatCount } from '../../format.ts'
import { nodesText } from '../../i18n/en-nodes.ts'
import { attention } from '../../stores/attention.ts'
import { nodeClassName } from './node-address.ts'
import { CheckMark, ClassIcon } from './node-marks.tsx'

const text = nodesText.finder
/** Typing pauses this long before the engine is asked. */
const settleMs = 120

export type FoundNode = RequestOutput<'opcua.search'>['rows'][number]

/** Nodes of the index that match, as you type; only the visible ones are fetched. */
export function SearchResults(props: {
  readonly target: OpcuaTarget
  readonly text: string
  /** Asked again when the index has become another one. */
  readonly version: string
  readonly complete: boolean
  readonly isSelected: ((nodeId: string) => boolean) | undefined
  readonly onOpen: (node: FoundNode) => void
}) {
  const { target } = props
  const asked = useSettled(props.text.trim())
  const [cut, setCut] = useState(false)
  const [opened, setOpened] = useState(-1)
  const rows = useMemo(
    () =>
      new PagedRows<FoundNode>(
        async (offset, limit) => {
          const result = await request('opcua.search', { target, text: asked, offset, limit })
          if (result.ok) setCut(result.value.isCut)
          return result
        },
        0,
        attention,
      ),
    [target, asked],
  )
  useSyncExternalStore(rows.subscribe, rows.version)
  const { version } = props
  // biome-ignore lint/correctness/useExhaustiveDependencies: a grown index answers the same question anew.
  useEffect(() => rows.reset(), [version])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question has other rows.
  useEffect(() => setOpened(-1), [asked])
  const onShow = useCallback((first: number, end: number) => rows.show(first, end), [rows])
  const total = rows.total ?? 0
  return (
    <div className="search-results">
      <p className="muted search-count" role="status">
        {rows.total === undefined ? text.searching : (cut ? text.foundCut : text.found)(formatCount(total))}
      </p>
      {rows.error ? <ErrorNote error={rows.error} /> : null}
      <DataGrid
        key={asked}
        label={text.results}
        columns={columnsFor(props.isSelected)}
        total={total}
        rowAt={(index) => rows.row(index)}
        onShow={onShow}
        selected={opened}
        onOpen={(node, index) => {
          setOpened(index)
          props.onOpen(node)
        }}
        empty={
          rows.total === undefined || rows.error ? null : (
            <Empty title={text.noMatch(asked)}>{props.complete ? undefined : text.noMatchPartial}</Empty>
          )
        }
      />
    </div>
  )
}

function columnsFor(isSelected: ((nodeId: string) => boolean) | undefined): readonly Column<FoundNode>[] {
  const columns: Column<FoundNode>[] = [
    {
      id: 'name',
      title: text.columns.name,
      width: 'minmax(130px, 2fr)',
      cell: (n) => (
        <span className="reference-name" title={[n.name, n.typeName].filter(Boolean).join(', ')}>
          <ClassIcon nodeClass={nodeClassName(n.nodeClass)} typeName={n.typeName} />
          <strong className="device-name ellipsis">{n.name}</strong>
        </span>
      ),
    },
    {
      id: 'path',
      title: text.columns.path,
      width: 'minmax(120px, 3fr)',
      cell: (n) => (
        <span className="found-path">
          <span
            className="muted tail"
            title={n.otherPaths.length > 0 ? text.otherPathsTitle(n.path, n.otherPaths) : n.path}
          >
            <bdi>{n.path}</bdi>
          </span>
          {n.otherPaths.length > 0 ? <span className="muted">{text.otherPaths(n.otherPaths.length)}</span> : null}
        </span>
      ),
    },
  ]
  if (!isSelected) return columns
  return [
    {
      id: 'mark',
      title: text.columns.mark,
      titleHidden: true,
      width: '34px',
      cell: (n) =>
        n.nodeClass === 2 ? (
          <>
            <CheckMark on={isSelected(n.nodeId)} />
            <span className="visually-hidden">{isSelected(n.nodeId) ? text.columns.mark : ''}</span>
          </>
        ) : null,
    },
    ...columns,
  ]
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), settleMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}
