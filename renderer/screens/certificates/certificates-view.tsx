import { Button, CopyButton } from '@mantine/core'
import { useState } from 'react'
import type { CertificateReport } from '../../../shared/api/contract.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { StateMark } from '../../components/state-mark.tsx'
import { validityOf } from '../../format-validity.ts'
import { CertificateFacts } from '../../forms/certificate-trust.tsx'
import { activityText } from '../../i18n/en-activity.ts'
import { certificatesText } from '../../i18n/en-certificates.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { asSentence } from '../../i18n/punctuation.ts'
import { sayAll } from '../../i18n/say.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { useNow } from '../../stores/use-now.ts'
import { OwnActions } from './own-certificate.tsx'
import { TrustSteps } from './trust-steps.tsx'

const text = activityText.certificates
const words = certificatesText.lists
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
  if (query.at === 0 && !query.error) return <Empty title={frameText.loading} />
  const problem = error ?? query.error
  const rejected = certificates.filter((c) => c.state === 'rejected')
  return (
    <div className="certificates">
      {problem ? <ErrorNote error={problem} /> : null}
      <div className="certificate-columns">
        <div className="certificate-servers">
          <Group
            title={text.rejected}
            hint={rejected.length > 0 ? text.rejectedHint : words.noRejected}
            certificates={rejected}
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
          <Group
            title={text.trusted}
            hint={certificates.some((c) => c.state === 'trusted') ? '' : words.noTrusted}
            certificates={certificates.filter((c) => c.state === 'trusted')}
          >
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
        </div>
        <div>
          <Group title={text.own} hint={text.ownHint} certificates={certificates.filter((c) => c.state === 'own')}>
            {(c) => (
              <>
                <OwnActions certificate={c} onRenewed={query.refresh} />
                <Copy label={text.copyAll} value={detailsOf(c)} />
              </>
            )}
          </Group>
          <section className="panel help" aria-label={certificatesText.steps.title}>
            <h2>{certificatesText.steps.title}</h2>
            <TrustSteps />
          </section>
        </div>
      </div>
    </div>
  )
}

function Group(props: {
  readonly title: string
  readonly hint: string
  readonly certificates: readonly CertificateReport[]
  readonly children: (certificate: CertificateReport) => React.ReactNode
}) {
  const now = useNow()
  return (
    <section aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.hint ? <p className="muted">{props.hint}</p> : null}
      {props.certificates.map((certificate) => {
        const { tone, words: validity } = validityOf(certificate, now)
        return (
          // Our own stays the same thing when it is renewed.
          <article key={certificate.state === 'own' ? 'own' : certificate.fingerprint} className="panel certificate">
            <StateMark tone={tone}>{validity}</StateMark>
            <CertificateFacts certificate={certificate} />
            {certificate.warnings.length > 0 ? (
              <Note tone="warn">
                {sayAll(certificate, 'warnings').map((warning) => (
                  <div key={warning}>{sentence(warning)}</div>
                ))}
              </Note>
            ) : null}
            <div className="row-gap">
              {props.children(certificate)}
              <Copy label={text.copy} value={certificate.fingerprint} />
            </div>
          </article>
        )
      })}
    </section>
  )
}

/** Warnings are parts of sentences (contract). */
function sentence(words: string): string {
  return asSentence(`${words.charAt(0).toUpperCase()}${words.slice(1)}`)
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
