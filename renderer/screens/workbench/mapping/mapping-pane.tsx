import { Tabs } from '@mantine/core'
import { mappingText as text } from '../../../i18n/en-mapping.ts'
import { DevicesTab } from './devices-tab.tsx'
import { MapDialog } from './map-dialog.tsx'
import { type PaneTab, usePane } from './pane-store.ts'
import { RulesTab } from './rules-tab.tsx'

/** The centre of the Workbench: what becomes of the source. */
export function MappingPane() {
  const tab = usePane((pane) => pane.tab)
  return (
    <section className="panel mapping-pane" aria-label={text.title}>
      <Tabs
        value={tab}
        onChange={(value) => usePane.setState({ tab: (value ?? 'devices') as PaneTab })}
        keepMounted={false}
        className="editor-tabs"
      >
        <Tabs.List>
          <Tabs.Tab value="devices">{text.tabs.devices}</Tabs.Tab>
          <Tabs.Tab value="rules">{text.tabs.rules}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="devices" className="mapping-panel">
          <DevicesTab />
        </Tabs.Panel>
        <Tabs.Panel value="rules" className="mapping-panel">
          <RulesTab />
        </Tabs.Panel>
      </Tabs>
      <MapDialog />
    </section>
  )
}
