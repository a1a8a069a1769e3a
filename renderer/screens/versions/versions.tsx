import { frameText } from '../../i18n/en-frame.ts'

export function Versions() {
  return (
    <section className="panel versions" aria-label={frameText.screens.versions}>
      <h1 className="visually-hidden">{frameText.screens.versions}</h1>
    </section>
  )
}
