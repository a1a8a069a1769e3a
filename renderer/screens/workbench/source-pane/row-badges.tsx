import { workbenchText } from '../../../i18n/en-workbench.ts'
import type { NodeAccess } from './access-feed.ts'

const text = workbenchText.tree

interface Props {
  readonly access: NodeAccess | undefined
  readonly badge: '' | 'mapped' | 'draft'
  readonly isFavourite: boolean
}

/** What a row is besides its name; each sign has words for readers. */
export function RowBadges({ access, badge, isFavourite }: Props) {
  return (
    <>
      {isFavourite ? <Badge sign="★" says={text.favourite} /> : null}
      {access?.isWritable ? <Badge sign="✎" says={text.writable} tone="muted" /> : null}
      {access?.isHistorizing ? <Badge sign="↺" says={text.historizing} tone="muted" /> : null}
      {badge === 'mapped' ? <Badge sign="→✓" says={text.mapped} tone="tone-ok" /> : null}
      {badge === 'draft' ? <Badge sign="→●" says={text.mappedDraft} tone="tone-warn" /> : null}
    </>
  )
}

function Badge({ sign, says, tone }: { readonly sign: string; readonly says: string; readonly tone?: string }) {
  return (
    <span role="img" className={tone} title={says} aria-label={says}>
      {sign}
    </span>
  )
}
