import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ErrorReport } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { download } from '../../api/download.ts'
import { ErrorNote } from '../../components/note.tsx'
import { certificatesText } from '../../i18n/en-certificates.ts'

const text = certificatesText.own

/** Our certificate as a file, in the two forms servers take. */
export function ExportCertificate({
  label = text.exportPem,
  der = false,
}: {
  readonly label?: string
  readonly der?: boolean
}) {
  const [error, setError] = useState<ErrorReport>()
  const save = async (form: 'pem' | 'der'): Promise<void> => {
    const result = await request('certificates.export', null)
    setError(result.ok ? undefined : result.error)
    if (!result.ok) return
    const { fileName, pem, derBase64 } = result.value
    if (form === 'pem') download(`${fileName}.pem`, 'application/x-pem-file', pem)
    else
      download(
        `${fileName}.der`,
        'application/pkix-cert',
        Uint8Array.from(atob(derBase64), (c) => c.charCodeAt(0)),
      )
  }
  return (
    <>
      <Button title={text.exportHint} onClick={() => void save('pem')}>
        {label}
      </Button>
      {der ? (
        <Button variant="default" title={text.exportHint} onClick={() => void save('der')}>
          {text.exportDer}
        </Button>
      ) : null}
      {error ? <ErrorNote error={error} /> : null}
    </>
  )
}
