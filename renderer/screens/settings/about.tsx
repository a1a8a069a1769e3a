import { formatMoment } from '../../format.ts'
import { settingsText as text } from '../../i18n/en-settings.ts'
import { useConfig } from '../../stores/config-store.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { useStatus } from '../../stores/status-store.ts'
import { useNow } from '../../stores/use-now.ts'

const licence = 'Apache-2.0'

export function About() {
  const status = useStatus((s) => s.status)
  const path = useConfig((c) => c.path)
  const base = useDraft((d) => d.state?.base ?? 0)
  const now = useNow()
  const facts: readonly (readonly [string, string])[] = [
    [text.facts.product, text.product],
    [text.facts.version, status?.version ?? ''],
    [text.facts.licence, licence],
    [text.facts.gateway, status?.name ?? ''],
    [text.facts.config, text.configNumber(base)],
    [text.facts.file, path],
    [text.facts.since, formatMoment(status?.startedAt, now)],
    [text.facts.page, window.gateway ? text.desktop : text.browser],
  ]
  return (
    <dl className="settings-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
