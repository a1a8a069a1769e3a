import { frameText } from '../../i18n/en-frame.ts'

export function Dashboard() {
  return (
    <section className="panel dashboard" aria-label={frameText.screens.dashboard}>
      <h1 className="visually-hidden">{frameText.screens.dashboard}</h1>
    </section>
  )
}
