import { Tabs } from '@mantine/core'
import { lazy, Suspense } from 'react'
import { mappingText as text } from '../../../i18n/en-mapping.ts'
import { DevicesTab } from './devices-tab.tsx'
import { MapDialog } from './map-dialog.tsx'
import { type PaneTab, usePane } from './pane-store.ts'
import { RulesTab } from './rules-tab.tsx'

// Drawn seldom, and the library that draws it is large.
const TopologyView = lazy(async () => ({ default: (await import('../topology/topology-view.tsx')).TopologyView }))

const tabs = ['devices', 'rules', 'topology'] as const

/** The centre of the Workbench: what becomes of the source. */
export function MappingPane() {
  const tab = usePane((pane) => pane.tab)
  return (
    <div className="panel mapping-pane">
      <Tabs
        value={tab}
        onChange={(value) => usePane.setState({ tab: (value ?? 'devices') as PaneTab })}
        keepMounted={false}
        className="editor-tabs"
      >
        <Tabs.List>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {text.tabs[name]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="devices" className="mapping-panel">
          <DevicesTab />
        </Tabs.Panel>
        <Tabs.Panel value="rules" className="mapping-panel">
          <RulesTab />
        </Tabs.Panel>
        <Tabs.Panel value="topology" className="mapping-panel">
          <Suspense fallback={null}>
            <TopologyView />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
      <MapDialog />
    </div>
  )
}
