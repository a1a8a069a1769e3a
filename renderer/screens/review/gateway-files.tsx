import { Button, Select } from '@mantine/core'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { download } from '../../api/download.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { draftText } from '../../i18n/en-draft.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'

const JsonDiff = lazy(async () => ({ default: (await import('./json-diff.tsx')).JsonDiff }))

const text = draftText.panel

/** The draft in the words of a ThingsBoard gateway, file by file, beside what runs. */
export function GatewayFiles({ revision }: { readonly revision: number }) {
  const query = useLiveQuery('draft.files', null, 0)
  const [wanted, setWanted] = useState<string>()
  const ask = useRef(query.refresh)
  ask.current = query.refresh
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is another draft.
  useEffect(() => ask.current(), [revision])
  if (query.error) return <ErrorNote error={query.error} />
  const answer = query.value
  if (!answer) return <Empty title={frameText.loading} />
  const { files, counts, isTooLarge } = answer
  if (isTooLarge) return <Empty title={text.filesTooLarge}>{text.filesCommand}</Empty>
  const file = files.find(({ name }) => name === wanted) ?? files.find((one) => one.before !== one.after) ?? files[0]
  if (!file) return <Empty title={text.empty} />
  return (
    <section className="review-files" aria-label={text.files}>
      <div className="row-gap">
        <Select
          aria-label={text.file}
          w={300}
          value={file.name}
          data={files.map(({ name, before, after }) => ({
            value: name,
            label: before === after ? name : text.fileChanged(name),
          }))}
          onChange={(name) => name !== null && setWanted(name)}
        />
        <span className="muted">{text.fates(counts.exact, counts.interpreted, counts.unsupported)}</span>
        <span className="spacer" />
        <Button
          size="compact-sm"
          variant="default"
          disabled={file.after === ''}
          onClick={() => download(file.name, 'application/json', `${file.after.trimEnd()}\n`)}
        >
          {text.fileSave}
        </Button>
      </div>
      <Suspense fallback={<Empty title={frameText.loading} />}>
        <JsonDiff
          key={file.name}
          before={file.before}
          after={file.after}
          beforeName={text.diffCaption.before}
          afterName={text.diffCaption.after}
        />
      </Suspense>
    </section>
  )
}
