import { certificatesText } from '../../i18n/en-certificates.ts'

const text = certificatesText.steps

/** What to do on the server, in words, and where that is in servers people have. */
export function TrustSteps({ open = false }: { readonly open?: boolean }) {
  return (
    <div className="trust-steps">
      <ol>
        {text.general.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <details className="more" open={open}>
        <summary>{text.servers}</summary>
        <dl className="facts server-steps">
          {text.list.map(([server, step]) => (
            <div key={server}>
              <dt>{server}</dt>
              <dd>{step}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  )
}
