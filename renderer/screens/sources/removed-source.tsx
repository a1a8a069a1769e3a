import { Button } from '@mantine/core'
import { Empty } from '../../components/empty.tsx'
import { draftText } from '../../i18n/en-draft.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import { revertSource } from './save-source.ts'

/** A source that still runs and is removed in the draft. */
export function RemovedSource({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <section className="panel screen-fill" aria-label={name}>
      <Empty
        title={sourcesText.removed(name)}
        actions={<Button onClick={() => void revertSource(id)}>{draftText.keepIt}</Button>}
      >
        {draftText.markHints.removed}
      </Empty>
    </section>
  )
}
