import { formatMoment } from '../../format.ts'
import { settingsText as text } from '../../i18n/en-settings.ts'
import { useStatus } from '../../stores/status-store.ts'
import { useNow } from '../../stores/use-now.ts'

/** The shell keeps these for itself: the page is told where they are, not how they stand. */
export function Startup() {
  const since = useStatus((s) => s.status?.startedAt)
  const now = useNow()
  const paragraphs = window.gateway ? text.startupTray : text.startupNoTray
  return (
    <div className="settings-form">
      {paragraphs.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <p className="muted">{`${text.running} ${formatMoment(since, now)}`}</p>
    </div>
  )
}
