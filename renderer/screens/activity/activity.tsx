import { Tabs } from '@mantine/core'
import { activityText as text } from '../../i18n/en-activity.ts'
import { navigate, useRoute } from '../../stores/route.ts'
import { useStatus } from '../../stores/status-store.ts'
import { CertificatesView } from '../certificates/certificates-view.tsx'
import { ChangesView } from './changes-view.tsx'
import { IssuesView } from './issues-view.tsx'
import { LogView } from './log-view.tsx'

const tabs = ['issues', 'log', 'changes', 'certificates'] as const

/** Addresses: `#/activity/issues/<id>`, `#/activity/log`, `#/activity/log/at/<ms>`, `#/activity/changes`, `#/activity/certificates`. */
export function Activity() {
  const { detail } = useRoute()
  const open = useStatus((s) => s.status?.openIssues ?? 0)
  const tab = tabs.find((name) => name === detail[0]) ?? 'issues'
  return (
    <section className="panel activity" aria-label={text.title}>
      <h1 className="visually-hidden">{text.title}</h1>
      <Tabs
        value={tab}
        onChange={(value) => navigate('activity', value ?? 'issues')}
        keepMounted={false}
        classNames={{ root: 'editor-tabs', panel: 'editor-panel' }}
      >
        <Tabs.List>
          <Tabs.Tab value="issues">{open > 0 ? `${text.tabs.issues} (${open})` : text.tabs.issues}</Tabs.Tab>
          <Tabs.Tab value="log">{text.tabs.log}</Tabs.Tab>
          <Tabs.Tab value="changes">{text.tabs.changes}</Tabs.Tab>
          <Tabs.Tab value="certificates">{text.tabs.certificates}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="issues">
          <IssuesView wanted={detail[0] === 'issues' ? detail[1] : undefined} />
        </Tabs.Panel>
        <Tabs.Panel value="log">
          <LogView around={detail[1] === 'at' ? Number(detail[2]) || undefined : undefined} />
        </Tabs.Panel>
        <Tabs.Panel value="changes">
          <ChangesView />
        </Tabs.Panel>
        <Tabs.Panel value="certificates">
          <CertificatesView />
        </Tabs.Panel>
      </Tabs>
    </section>
  )
}
