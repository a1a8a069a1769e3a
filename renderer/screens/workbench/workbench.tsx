import { frameText } from '../../i18n/en-frame.ts'

export function Workbench() {
  return (
    <section className="panel workbench" aria-label={frameText.screens.workbench}>
      <h1 className="visually-hidden">{frameText.screens.workbench}</h1>
    </section>
  )
}
