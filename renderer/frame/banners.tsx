import { type Tone, ToneGlyph } from '../components/state-mark.tsx'
import { formatMinute } from '../format.ts'
import { frameText as text } from '../i18n/en-frame.ts'
import { sayField } from '../i18n/say.ts'
import { useEngine } from '../stores/engine-store.ts'
import { useLink } from '../stores/link-store.ts'
import { useStatus } from '../stores/status-store.ts'
import { DemoBanner } from './demo-banner.tsx'

interface Banner {
  readonly tone: Tone
  readonly words: string
  readonly more?: string
}

/** Facts that concern every screen, most urgent first. */
export function Banners() {
  const link = useLink((l) => l.state)
  const engine = useEngine()
  const receivedAt = useStatus((s) => s.receivedAt)
  const demo = useStatus((s) => s.status?.demo ?? false)
  const safeMode = useStatus((s) => s.status?.safeMode ?? false)
  const configProblem = useStatus((s) => s.status?.configProblem)

  const banners: Banner[] = []
  if (link === 'offline') {
    banners.push({ tone: 'warn', words: receivedAt ? text.offline(formatMinute(receivedAt)) : text.offlineNothing })
  }
  if (link === 'online' && engine.state !== 'running') {
    const tone = engine.state === 'starting' ? 'busy' : engine.state === 'stopped' ? 'bad' : 'warn'
    banners.push({ tone, words: text.engine[engine.state], more: sayField(engine, 'detail') })
  }
  if (safeMode) banners.push({ tone: 'bad', words: text.safeMode })
  if (configProblem !== undefined) banners.push({ tone: 'bad', words: text.configProblem, more: configProblem })

  return (
    <div className="banners" role="status">
      {banners.map((banner) => (
        <div key={banner.words} className={`banner banner-${banner.tone}`}>
          <ToneGlyph tone={banner.tone} />
          <span>{banner.words}</span>
          {banner.more ? <span className="banner-more">{banner.more}</span> : null}
        </div>
      ))}
      {demo ? <DemoBanner /> : null}
    </div>
  )
}
