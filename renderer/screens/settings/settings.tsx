import { frameText } from '../../i18n/en-frame.ts'

export function Settings() {
  return (
    <section className="panel settings" aria-label={frameText.screens.settings}>
      <h1 className="visually-hidden">{frameText.screens.settings}</h1>
    </section>
  )
}
