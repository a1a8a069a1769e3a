import type { ReactNode } from 'react'
import { settingsText as text } from '../../i18n/en-settings.ts'
import { hrefOf, useRoute } from '../../stores/route.ts'
import { useStatus } from '../../stores/status-store.ts'
import { StorageView } from '../delivery/storage-view.tsx'
import { About } from './about.tsx'
import { Appearance } from './appearance.tsx'
import { Diagnostics } from './diagnostics.tsx'
import { GatewaySettings } from './gateway-settings.tsx'
import { Security } from './security.tsx'
import { Startup } from './startup.tsx'

const sections = ['appearance', 'gateway', 'storage', 'security', 'startup', 'diagnostics', 'about'] as const
type Section = (typeof sections)[number]

const views: Readonly<Record<Section, () => ReactNode>> = {
  appearance: () => <Appearance />,
  gateway: () => <GatewaySettings />,
  storage: () => <Storage />,
  security: () => <Security />,
  startup: () => <Startup />,
  diagnostics: () => <Diagnostics />,
  about: () => <About />,
}

/** Addresses: `#/settings`, `#/settings/<section>`. */
export function Settings() {
  const { detail } = useRoute()
  const section = sections.find((name) => name === detail[0]) ?? 'appearance'
  return (
    <div className="settings">
      <h1 className="visually-hidden">{text.title}</h1>
      <nav className="panel settings-nav" aria-label={text.title} data-pane>
        {sections.map((name) => (
          <a key={name} href={hrefOf('settings', name)} aria-current={name === section ? 'page' : undefined}>
            {text.sections[name]}
          </a>
        ))}
      </nav>
      <section className="panel settings-section" aria-label={text.sections[section]}>
        <h2>{text.sections[section]}</h2>
        {views[section]()}
      </section>
    </div>
  )
}

function Storage() {
  const status = useStatus((s) => s.status)
  return status ? <StorageView status={status} /> : null
}
