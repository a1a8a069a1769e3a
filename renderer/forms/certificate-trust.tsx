import { Button } from '@mantine/core'
import { useState } from 'react'
import type { CertificateReport } from '../../shared/api/contract.ts'
import type { ErrorReport } from '../../shared/errors.ts'
import { request } from '../api/client.ts'
import { ErrorNote, Note } from '../components/note.tsx'
import { formatDate } from '../format.ts'
import { formText } from '../i18n/en-forms.ts'
import { sayAll } from '../i18n/say.ts'

const text = formText.certificate

/** One question in plain words, one decision. */
export function CertificateTrust(props: { readonly certificate: CertificateReport; readonly onTrusted: () => void }) {
  const { certificate } = props
  const [state, setState] = useState<'asking' | 'trusting' | ErrorReport>('asking')
  const trust = async (): Promise<void> => {
    setState('trusting')
    const result = await request('certificates.trust', { fingerprint: certificate.fingerprint })
    if (!result.ok) return setState(result.error)
    setState('asking')
    props.onTrusted()
  }
  return (
    <section className="trust" aria-label={text.question}>
      <div className="trust-head">
        <h2>{text.question}</h2>
        <Button loading={state === 'trusting'} onClick={() => void trust()}>
          {text.trust}
        </Button>
      </div>
      <p className="muted">{text.explain}</p>
      <CertificateFacts certificate={certificate} />
      {certificate.warnings.length > 0 ? (
        <Note tone="warn">
          {sayAll(certificate, 'warnings').map((warning) => (
            <div key={warning}>{warning}</div>
          ))}
        </Note>
      ) : null}
      {typeof state === 'object' ? <ErrorNote error={state} /> : null}
    </section>
  )
}

export function CertificateFacts({ certificate }: { readonly certificate: CertificateReport }) {
  const selfSigned = certificate.issuer === certificate.subject
  const facts: readonly (readonly [string, string, boolean?])[] = [
    [text.subject, certificate.subject],
    [text.issuer, selfSigned ? text.selfSigned : certificate.issuer],
    [text.hosts, certificate.hostNames.join(', ') || text.noHosts],
    [text.uri, certificate.applicationUri],
    [text.valid, text.range(formatDate(certificate.validFrom), formatDate(certificate.validTo))],
    [text.fingerprint, certificate.fingerprint, true],
  ]
  return (
    <dl className="facts">
      {facts.map(([label, value, mono]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className={mono ? 'mono' : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
