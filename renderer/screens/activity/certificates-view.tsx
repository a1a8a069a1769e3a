import { Button, CopyButton } from '@mantine/core'
import { useState } from 'react'
import type { CertificateReport } from '../../../shared/api/contract.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { CertificateFacts } from '../../forms/certificate-trust.tsx'
import { activityText } from '../../i18n/en-activity.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'

const text = activityText.certificates
const everyMs = 5000

/** Whom the gateway trusts, whom it does not, and what it shows of itself. */
export function CertificatesView() {
  const query = useLiveQuery('certificates.list', null, everyMs)
  const [error, setError] = useState<ErrorReport>()
  const certificates = query.value?.certificates ?? []
  const decide = async (channel: 'certificates.trust' | 'certificates.reject', fingerprint: string): Promise<void> => {
    const result = await request(channel, { fingerprint })
    setError(result.ok ? undefined : result.error)
    query.refresh()
  }
  if (query.at > 0 && certificates.length === 0) return <Empty title={text.empty}>{text.emptyBody}</Empty>
  const problem = error ?? query.error
  return (
    <div className="certificates">
      {problem ? <ErrorNote error={problem} /> : null}
      <Group
        title={text.rejected}
        hint={text.rejectedHint}
        certificates={certificates.filter((c) => c.state === 'rejected')}
      >
        {(c) => (
          <Button
            aria-label={text.trustNamed(c.subject)}
            onClick={() => void decide('certificates.trust', c.fingerprint)}
          >
            {text.trust}
          </Button>
        )}
      </Group>
      <Group title={text.trusted} certificates={certificates.filter((c) => c.state === 'trusted')}>
        {(c) => (
          <Button
            variant="default"
            aria-label={text.rejectNamed(c.subject)}
            onClick={() => void decide('certificates.reject', c.fingerprint)}
          >
            {text.reject}
          </Button>
        )}
      </Group>
      <Group title={text.own} hint={text.ownHint} certificates={certificates.filter((c) => c.state === 'own')}>
        {(c) => <Copy label={text.copyAll} value={detailsOf(c)} />}
      </Group>
    </div>
  )
}

function Group(props: {
  readonly title: string
  readonly hint?: string
  readonly certificates: readonly CertificateReport[]
  readonly children: (certificate: CertificateReport) => React.ReactNode
}) {
  return (
    <section aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.hint ? <p className="muted">{props.hint}</p> : null}
      {props.certificates.length === 0 ? <p className="muted certificate-none">{text.none}</p> : null}
      {props.certificates.map((certificate) => (
        <article key={certificate.fingerprint} className="panel certificate">
          <CertificateFacts certificate={certificate} />
          {certificate.warnings.length > 0 ? <Note tone="warn">{certificate.warnings.join('; ')}</Note> : null}
          <div className="row-gap">
            {props.children(certificate)}
            <Copy label={text.copy} value={certificate.fingerprint} />
          </div>
        </article>
      ))}
    </section>
  )
}

function Copy({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Button variant="default" onClick={copy}>
          {copied ? text.copied : label}
        </Button>
      )}
    </CopyButton>
  )
}

/** What the administrator of a server needs to find our certificate in its list. */
function detailsOf(c: CertificateReport): string {
  return [
    `Subject: ${c.subject}`,
    `Application URI: ${c.applicationUri}`,
    `Host names: ${c.hostNames.join(', ')}`,
    `Valid: ${new Date(c.validFrom).toISOString()} to ${new Date(c.validTo).toISOString()}`,
    `SHA-256: ${c.fingerprint}`,
  ].join('\n')
}
