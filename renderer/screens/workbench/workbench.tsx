import { useState } from 'react'
import { frameText } from '../../i18n/en-frame.ts'
import { MappingPane } from './mapping/mapping-pane.tsx'
import { PayloadPanel } from './payload/payload-panel.tsx'
import { SamplePanel } from './sample/sample-panel.tsx'
import { TracePanel } from './trace/trace-panel.tsx'

const panels = { trace: TracePanel, payload: PayloadPanel, sample: SamplePanel }
type Name = keyof typeof panels

export function Workbench() {
  const [shown, setShown] = useState<Name>('trace')
  const Panel = panels[shown]
  return (
    <section className="workbench-trial" aria-label={frameText.screens.workbench}>
      <h1 className="visually-hidden">{frameText.screens.workbench}</h1>
      <MappingPane />
      <aside className="panel">
        {(Object.keys(panels) as Name[]).map((name) => (
          <button key={name} type="button" onClick={() => setShown(name)}>
            {name}
          </button>
        ))}
        <Panel />
      </aside>
    </section>
  )
}
