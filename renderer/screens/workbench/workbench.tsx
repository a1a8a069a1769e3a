import { frameText } from '../../i18n/en-frame.ts'
import { TopologyView } from './topology/topology-view.tsx'

export function Workbench() {
  return (
    <section className="panel workbench" style={{ height: '100%' }} aria-label={frameText.screens.workbench}>
      <h1 className="visually-hidden">{frameText.screens.workbench}</h1>
      <TopologyView />
    </section>
  )
}
