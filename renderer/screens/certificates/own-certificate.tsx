import { Button } from '@mantine/core'
import { useState } from 'react'
import type { CertificateReport } from '../../../shared/api/contract.ts'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { Confirm } from '../../components/confirm.tsx'
import { ErrorNote, Note } from '../../components/note.tsx'
import { expiryNoticeDays, validityOf } from '../../format-validity.ts'
import { certificatesText } from '../../i18n/en-certificates.ts'
import { useNow } from '../../stores/use-now.ts'
import { ExportCertificate } from './export-certificate.tsx'

const text = certificatesText.own

/** What can be done with the gateway's own certificate. */
export function OwnActions(props: { readonly certificate: CertificateReport; readonly onRenewed: () => void }) {
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<'renewed' | ErrorReport>()
  const { days, tone } = validityOf(props.certificate, useNow())
  const renew = async (): Promise<void> => {
    setAsking(false)
    setBusy(true)
    const result = await request('certificates.renew', null)
    setBusy(false)
    setOutcome(result.ok ? 'renewed' : result.error)
    props.onRenewed()
  }
  return (
    <>
      {days <= expiryNoticeDays ? <Note tone={tone}>{text.expiring}</Note> : null}
      <ExportCertificate der />
      <Button variant="default" loading={busy} onClick={() => setAsking(true)}>
        {text.renew}
      </Button>
      {outcome === 'renewed' ? (
        <Note tone="ok" role="status">
          {text.renewed}
        </Note>
      ) : outcome ? (
        <ErrorNote error={outcome} />
      ) : null}
      <Confirm
        opened={asking}
        title={text.renewTitle}
        action={text.renewConfirm}
        onCancel={() => setAsking(false)}
        onConfirm={() => void renew()}
      >
        {text.renewBody.map((line) => (
          <p key={line} className="confirm-line">
            {line}
          </p>
        ))}
      </Confirm>
    </>
  )
}
