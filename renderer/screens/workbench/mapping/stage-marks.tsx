import { mappingText as text } from '../../../i18n/en-mapping.ts'
import type { DeviceLook } from './use-look.ts'

const names = ['read', 'map', 'queue', 'deliver'] as const

/** Four segments and words: the worst stage gives both colour and text. */
export function StageMarks({ look, isDraft }: { readonly look: DeviceLook | undefined; readonly isDraft: boolean }) {
  if (!look) return null
  const { says, tone } = verdict(look, isDraft)
  return (
    <span className={`stage-marks tone-${tone}`} title={says}>
      <span aria-hidden="true">
        {look.stages.map((state, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the four stages have fixed places.
          <span key={at} className={`stage-mark stage-${state}`} />
        ))}
      </span>
      <span className="stage-says ellipsis">{says}</span>
    </span>
  )
}

function verdict({ stages }: DeviceLook, isDraft: boolean): { says: string; tone: string } {
  if (isDraft) return { says: text.stages.draft, tone: 'off' }
  const broken = stages.indexOf('problem')
  if (broken >= 0) return { says: text.stages[names[broken] ?? 'read'], tone: 'bad' }
  if (stages.every((state) => state === 'ok')) return { says: text.stages.ok, tone: 'ok' }
  return { says: text.stages.waiting, tone: 'off' }
}
