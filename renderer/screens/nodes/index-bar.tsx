import { ActionIcon, Progress } from '@mantine/core'
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import type { IndexStatus } from '../../../shared/api/contract.ts'
import { formatAge, formatCount } from '../../format.ts'
import { nodesText } from '../../i18n/en-nodes.ts'
import { useNow } from '../../stores/use-now.ts'
import type { NodeIndex } from './use-node-index.ts'

const text = nodesText.index

/** How much of the server is known, how old that is, and the two things to do about it. */
export function IndexBar({ index }: { readonly index: NodeIndex }) {
  const { status, error } = index
  const now = useNow()
  const reading = status?.isReading ?? false
  const failed = error?.message ?? (status?.state === 'failed' ? status.detail : undefined)
  return (
    <section className="index-bar" aria-label={text.title} aria-busy={reading}>
      <span
        className={`ellipsis ${failed ? 'tone-bad' : status && !reading && !status.isComplete && status.nodes > 0 ? 'tone-warn' : 'muted'}`}
        title={[failed ?? status?.detail, error?.hint ?? status?.hint].filter(Boolean).join(' ')}
        role="status"
      >
        {failed ?? indexWords(status, now)}
      </span>
      {reading ? (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={text.cancel}
          title={text.cancel}
          onClick={index.cancel}
        >
          <IconPlayerStop size={15} />
        </ActionIcon>
      ) : (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          aria-label={text.refresh}
          title={text.refresh}
          onClick={index.refresh}
        >
          <IconRefresh size={15} />
        </ActionIcon>
      )}
      {reading && status ? (
        <Progress
          className="index-progress"
          size={3}
          value={share(status)}
          aria-label={text.title}
          transitionDuration={0}
        />
      ) : null}
    </section>
  )
}

export function indexWords(status: IndexStatus | undefined, now: number): string {
  if (!status || (status.state === 'none' && !status.isReading)) return text.none
  if (status.isReading && status.takenAt === 0)
    return text.progress(formatCount(status.nodes), formatCount(Math.max(status.about, status.nodes)))
  const words = [(status.isComplete ? text.complete : text.partial)(formatCount(status.nodes))]
  if (status.takenAt > 0) words.push(text.age(formatAge(status.takenAt, now)))
  const { diff } = status
  if (diff && diff.added + diff.gone > 0) words.push(text.changed(formatCount(diff.added), formatCount(diff.gone)))
  return words.join(' · ')
}

function share({ nodes, about }: IndexStatus): number {
  return about > 0 ? Math.min(100, (nodes / about) * 100) : 0
}
