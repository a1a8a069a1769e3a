import { Button } from '@mantine/core'
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { VersionRow } from '../../../shared/api/draft-requests.ts'
import { on, request } from '../../api/client.ts'
import { PagedRows } from '../../api/paged-rows.ts'
import { DataGrid } from '../../components/data-grid.tsx'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { formatCount } from '../../format.ts'
import { draftText } from '../../i18n/en-draft.ts'
import { versionsText as text } from '../../i18n/en-versions.ts'
import { attention } from '../../stores/attention.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { openOverlay } from '../../stores/overlays.ts'
import { hrefOf, navigate, useRoute } from '../../stores/route.ts'
import { VersionComparison } from './comparison.tsx'
import { ImportFile } from './import-file.tsx'
import { Proposal } from './proposal.tsx'
import { versionColumns } from './version-columns.tsx'

/** Applied configurations. Addresses: `#/versions/<number>`, `#/versions/<number>/<other>`, `#/versions/proposal`. */
export function Versions() {
  const { detail } = useRoute()
  const hasProposal = useDraft((d) => d.state?.hasProposal ?? false)
  const rows = useVersions()
  const total = rows.total ?? 0
  const isProposal = detail[0] === 'proposal'
  // The newest one, until another is chosen.
  const chosen = Number(detail[0]) || newestOf(rows)
  const chosenRow = isProposal ? undefined : rowNumbered(rows, chosen)
  const columns = useMemo(versionColumns, [])
  const onShow = useCallback((first: number, end: number) => rows.show(first, end), [rows])
  return (
    <div className="versions">
      <section className="panel versions-list" aria-label={text.title}>
        <header className="panel-head">
          <h1>{text.title}</h1>
          <span className="muted">{rows.total === undefined ? '' : text.count(formatCount(total))}</span>
          <span className="spacer" />
          {hasProposal && !isProposal ? <a href={hrefOf('versions', 'proposal')}>{text.proposal.title}</a> : null}
          <ImportFile />
        </header>
        {rows.error && total === 0 ? <ErrorNote error={rows.error} /> : null}
        <div className="versions-grid">
          <DataGrid
            label={text.list}
            columns={columns}
            total={total}
            rowAt={(index) => rows.row(index)}
            onShow={onShow}
            selected={chosenRow?.index}
            onOpen={(row) => navigate('versions', String(row.number))}
            tone={(row) => `version-${row.state.replace(' ', '-')}`}
            empty={rows.total === undefined ? null : <NoVersions />}
          />
        </div>
      </section>
      {isProposal ? (
        <Proposal />
      ) : chosen > 0 ? (
        <VersionComparison
          key={chosen}
          number={chosen}
          row={chosenRow?.row}
          wantedFrom={detail[1]}
          newest={newestOf(rows)}
        />
      ) : null}
    </div>
  )
}

function useVersions(): PagedRows<VersionRow> {
  const rows = useMemo(
    () => new PagedRows<VersionRow>((offset, limit) => request('versions.page', { offset, limit }), 0, attention),
    [],
  )
  useSyncExternalStore(rows.subscribe, rows.version)
  useEffect(() => on('versions.changed', () => rows.reset()), [rows])
  return rows
}

/** Numbers have no holes, newest first: the place follows from the newest one. */
function rowNumbered(rows: PagedRows<VersionRow>, number: number): { index: number; row: VersionRow | undefined } {
  const index = newestOf(rows) - number
  return { index, row: rows.row(index) }
}

function newestOf(rows: PagedRows<VersionRow>): number {
  return rows.row(0)?.number ?? 0
}

function NoVersions() {
  const changes = useDraft((d) => d.state?.changes ?? 0)
  return (
    <Empty
      title={text.empty}
      actions={changes > 0 ? <Button onClick={() => openOverlay('review')}>{draftText.review}</Button> : undefined}
    >
      {text.emptyBody}
    </Empty>
  )
}
