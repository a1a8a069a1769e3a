import { Progress } from '@mantine/core'
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import type { IndexStatus } from '../../../shared/api/opcua-requests.ts'
import { IconAction } from '../../components/icon-action.tsx'
import { nodesText } from '../../i18n/en-nodes.ts'
import { engineWords } from '../../i18n/engine-words.ts'
import { useNow } from '../../stores/use-now.ts'
import { indexWords, isSearchable } from './index-words.ts'
import type { NodeIndex } from './use-node-index.ts'

const text = nodesText.index

/** How much of the server is known, how old that is, and the two things to do about it. */
export function IndexBar({ index }: { readonly index: NodeIndex }) {
  const { status, error } = index
  const now = useNow()
  const reading = status?.isReading ?? false
  // A server that never answered says so in the tree.
  const failed = isSearchable(status)
    ? (error?.message ?? (status?.state === 'failed' ? status.detail : undefined))
    : undefined
  return (
    <section className="index-bar" aria-label={text.title} aria-busy={reading}>
      <span
        className={`ellipsis ${failed ? 'tone-bad' : status && !reading && !status.isComplete && isSearchable(status) ? 'tone-warn' : 'muted'}`}
        title={[failed ?? engineWords(status?.detail ?? '', ''), error?.hint ?? status?.hint].filter(Boolean).join(' ')}
        role="status"
      >
        {failed ?? indexWords(status, now)}
      </span>
      <IconAction
        label={reading ? text.cancel : text.refresh}
        icon={reading ? <IconPlayerStop size={15} /> : <IconRefresh size={15} />}
        onClick={reading ? index.cancel : index.refresh}
      />
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

function share({ nodes, about }: IndexStatus): number {
  return about > 0 ? Math.min(100, (nodes / about) * 100) : 0
}
