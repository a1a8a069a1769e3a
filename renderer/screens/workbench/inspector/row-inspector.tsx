import { workbenchText } from '../../../i18n/en-workbench.ts'
import { TracePanel } from '../trace/trace-panel.tsx'

const text = workbenchText.inspector

/** A key that comes from no node of a server: where its value is and where it stops. */
export function RowInspector({ device, name }: { readonly device: string; readonly name: string }) {
  return (
    <div className="looking">
      <header className="inspector-head">
        <div className="inspector-title">
          <h2 translate="no" className="ellipsis" title={name}>
            {name}
          </h2>
          <span translate="no" className="muted inspector-kind">
            {device}
          </span>
        </div>
      </header>
      <section className="inspector-panel" aria-label={text.tabs.trace}>
        <TracePanel />
      </section>
    </div>
  )
}
