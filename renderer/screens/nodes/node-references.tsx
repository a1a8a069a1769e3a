import type { NodeDetails } from '../../../shared/api/opcua-requests.ts'
import { type Column, DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { Note } from '../../components/note.tsx'
import { nodesText } from '../../i18n/en-nodes.ts'
import { ClassIcon } from './node-marks.tsx'

const text = nodesText.details.references

type Reference = NodeDetails['references'][number]

/** The roads from this node; Enter or a click travels one. */
export function NodeReferences(props: { readonly details: NodeDetails; readonly onTravel: (nodeId: string) => void }) {
  const { references, truncated } = props.details
  return (
    <div className="node-references">
      {truncated ? <Note tone="warn">{text.truncated}</Note> : null}
      <DataGrid
        label={nodesText.details.tabs.references}
        columns={columns}
        total={references.length}
        rowAt={(index) => references[index]}
        onOpen={(reference) => props.onTravel(reference.nodeId)}
        empty={<Empty title={text.none} />}
      />
    </div>
  )
}

const columns: readonly Column<Reference>[] = [
  {
    id: 'direction',
    title: text.direction,
    width: '80px',
    cell: (r) => <span className="muted">{text[r.direction]}</span>,
  },
  { id: 'type', title: text.type, width: 'minmax(120px, 1fr)', cell: (r) => r.type },
  {
    id: 'name',
    title: text.name,
    width: 'minmax(140px, 1.4fr)',
    cell: (r) => (
      <span className="reference-name" title={r.nodeId}>
        <ClassIcon nodeClass={r.nodeClass} typeName={r.typeName} />
        <strong className="device-name ellipsis">{r.name}</strong>
      </span>
    ),
  },
  { id: 'class', title: text.nodeClass, width: '100px', cell: (r) => <span className="muted">{r.nodeClass}</span> },
  {
    id: 'typeName',
    title: text.typeName,
    width: 'minmax(90px, 1fr)',
    cell: (r) => <span className="muted">{r.typeName}</span>,
  },
]
