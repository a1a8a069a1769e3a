import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { ConnectorStatus } from '../../../shared/status.ts'
import { request } from '../../api/client.ts'
import { Note } from '../../components/note.tsx'
import type { TestRun } from '../../forms/test-panel.tsx'
import { certificatesText } from '../../i18n/en-certificates.ts'
import { hrefOf } from '../../stores/route.ts'
import { useStatus } from '../../stores/status-store.ts'
import { useLiveQuery } from '../../stores/use-live-query.ts'
import { useNow } from '../../stores/use-now.ts'
import { ExportCertificate } from './export-certificate.tsx'
import { TrustSteps } from './trust-steps.tsx'

const text = certificatesText.server
const everyMs = 2000
/** Servers often allow a client again only after some seconds. */
const testAgainSeconds = 15
/** Ten minutes: nobody is at the server any more after that. */
const testsLimit = 40

/** In the source's header, while it waits for a decision about a certificate on either side. */
export function TrustNotes({ id }: { readonly id: string }) {
  const status = useStatus((s) => s.status?.connectors.find((c) => c.id === id))
  // A connected source has nothing to ask.
  return status?.type === 'opcua' && (status.state === 'waiting' || status.state === 'faulted') ? (
    <WaitingNotes status={status} />
  ) : null
}

function WaitingNotes({ status }: { readonly status: ConnectorStatus }) {
  const query = useLiveQuery('issues.list', { closed: false }, everyMs)
  const now = useNow()
  const codes = (query.value?.issues ?? []).filter((issue) => issue.subject === status.id).map((issue) => issue.code)
  if (codes.includes('OPCUA_CERTIFICATE_UNTRUSTED')) {
    return (
      <Note
        tone="warn"
        role="status"
        action={<a href={hrefOf('activity', 'certificates')}>{certificatesText.us.decide}</a>}
      >
        <strong>{certificatesText.us.title}</strong>
        <div>{certificatesText.us.body}</div>
      </Note>
    )
  }
  if (!codes.includes('OPCUA_REJECTED_BY_SERVER')) return null
  const next = status.nextTryAt === undefined ? 0 : Math.ceil((status.nextTryAt - now) / 1000)
  return (
    <Note
      tone="warn"
      role="status"
      action={
        <>
          <ExportCertificate label={text.exportOurs} />
          <Button variant="default" onClick={() => void request('connector.retry', { connectorId: status.id })}>
            {text.retryNow}
          </Button>
        </>
      }
    >
      <strong>{text.title}</strong>
      <div>{`${text.body} ${next > 0 ? text.retryIn(next) : text.retrying}`}</div>
      <a href={hrefOf('activity', 'certificates')}>{certificatesText.steps.title}</a>
    </Note>
  )
}

/** In the test panel, when the test stopped because the server refused us: what to do, and the test goes on by itself. */
export function ServerTrustHelp({ run }: { readonly run: TestRun }) {
  const now = useNow()
  const [until, setUntil] = useState(() => Date.now() + testAgainSeconds * 1000)
  const tests = useRef(0)
  const { running, start, report } = run
  // biome-ignore lint/correctness/useExhaustiveDependencies: each report sets the clock anew.
  useEffect(() => setUntil(Date.now() + testAgainSeconds * 1000), [report])
  const left = Math.ceil((until - now) / 1000)
  useEffect(() => {
    if (left > 0 || running || tests.current >= testsLimit) return
    tests.current += 1
    start()
  }, [left, running, start])
  return (
    <section className="trust" aria-label={text.title}>
      <div className="trust-head">
        <h2>{text.title}</h2>
        <ExportCertificate label={text.exportOurs} />
      </div>
      <p>{text.body}</p>
      <TrustSteps />
      <p className="muted" role="status">
        {running ? text.testing : tests.current >= testsLimit ? text.testEnded : text.testIn(Math.max(1, left))}
      </p>
    </section>
  )
}
