import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { Column } from '../../components/data-grid.tsx'
import { rulesText } from '../../i18n/en-rules.ts'

const { columns: titles } = rulesText.preview

/** The keys a rule finds: where they go, and where on the server they come from. */
export const ruleColumns: readonly Column<RequestOutput<'opcua.previewRule'>['rows'][number]>[] = [
  {
    id: 'device',
    title: titles.device,
    width: 'minmax(100px, 1fr)',
    cell: (row) => <strong className="device-name">{row.device}</strong>,
  },
  { id: 'key', title: titles.key, width: 'minmax(90px, 1fr)', cell: (row) => row.key },
  {
    id: 'path',
    title: titles.path,
    width: 'minmax(120px, 2fr)',
    cell: (row) => (
      <span className="muted tail" title={`${row.path}\n${row.node}`}>
        <bdi>{row.path}</bdi>
      </span>
    ),
  },
]
