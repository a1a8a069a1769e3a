import { thingsboardText } from '../../i18n/en-thingsboard.ts'

const text = thingsboardText.tokenHelp

export function TokenHelp() {
  return (
    <section className="panel help" aria-label={text.title}>
      <h2>{text.title}</h2>
      <ol>
        {text.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <p className="muted">{text.note}</p>
    </section>
  )
}
