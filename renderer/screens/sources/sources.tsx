import { Button } from '@mantine/core'
import { useEffect } from 'react'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { frameText } from '../../i18n/en-frame.ts'
import { sourcesText as text } from '../../i18n/en-sources.ts'
import { useConfig } from '../../stores/config-store.ts'
import { loadDraft, useDraft } from '../../stores/draft-store.ts'
import { hrefOf, navigate, useRoute } from '../../stores/route.ts'
import { newSource, useSourceDrafts } from '../../stores/source-drafts.ts'
import { sourcesWithRemoved } from '../../stores/source-marks.ts'
import { useSourceMarks } from '../../stores/use-source-marks.ts'
import { RemovedSource } from './removed-source.tsx'
import { SourceEditor } from './source-editor.tsx'
import { SourceList } from './source-list.tsx'

/** Addresses: `#/sources`, `#/sources/<id>/<tab>`, and `#/sources/new/opcua` which begins a new one. */
export function Sources() {
  const { detail } = useRoute()
  const running = useConfig((c) => c.config)
  const config = useDraft((d) => d.config)
  const error = useDraft((d) => d.error)
  const marks = useSourceMarks()
  const drafts = useSourceDrafts((s) => s.drafts)
  const wanted = detail[0] === 'new' ? undefined : detail[0]
  const begin = detail[0] === 'new' && (detail[1] === 'mqtt' || detail[1] === 'opcua') ? detail[1] : undefined

  // Where nodes were looked at before there was the Workbench; addresses of it are in notes and bookmarks.
  const node = detail[2]
  const isForWorkbench = detail[1] === 'nodes' && running?.connectors.some(({ id }) => id === wanted)
  useEffect(() => {
    if (isForWorkbench && wanted !== undefined)
      location.replace(hrefOf('workbench', wanted, ...(node === undefined ? [] : [node])))
  }, [isForWorkbench, wanted, node])

  useEffect(() => {
    if (begin && config) location.replace(hrefOf('sources', newSource(begin)))
  }, [begin, config])

  if (!config) {
    if (!error) return <div className="panel screen-fill">{<Empty title={frameText.loading} />}</div>
    return <ErrorNote error={error} action={<Button onClick={() => void loadDraft()}>{frameText.tryAgain}</Button>} />
  }

  const fresh = Object.values(drafts)
    .filter((draft) => !draft.base)
    .map((draft) => draft.draft)
  const listed = sourcesWithRemoved(running, config)
  const known = [...listed, ...fresh.filter((draft) => !listed.some((c) => c.id === draft.id))]
  const selected = known.find((connector) => connector.id === wanted) ?? (wanted === undefined ? known[0] : undefined)

  return (
    <div className="sources">
      <h1 className="visually-hidden">{text.title}</h1>
      <SourceList connectors={known} marks={marks} selectedId={selected?.id} />
      {selected && marks.get(selected.id) === 'removed' ? (
        <RemovedSource id={selected.id} name={selected.name} />
      ) : selected ? (
        <SourceEditor key={selected.id} id={selected.id} />
      ) : (
        <section className="panel screen-fill" aria-label={text.title}>
          <Empty
            title={known.length === 0 ? text.empty : text.pick}
            actions={
              known.length === 0 ? (
                <>
                  <Button onClick={() => navigate('sources', newSource('opcua'))}>{text.addOpcua}</Button>
                  <Button onClick={() => navigate('sources', newSource('mqtt'))}>{text.addMqtt}</Button>
                </>
              ) : undefined
            }
          >
            {known.length === 0 ? text.emptyBody : undefined}
          </Empty>
        </section>
      )}
    </div>
  )
}
