import { Button } from '@mantine/core'
import { useState } from 'react'
import type { RequestOutput } from '../../../shared/api/contract.ts'
import { request } from '../../api/client.ts'
import { download } from '../../api/download.ts'
import { formatCount } from '../../format.ts'
import { settingsText as text } from '../../i18n/en-settings.ts'
import { useStatus } from '../../stores/status-store.ts'
import { tellError } from '../../stores/tell.ts'

/** What runs, as the files of a ThingsBoard gateway: the way back is open. */
export function ExportFiles() {
  const gateway = useStatus((s) => s.status?.name ?? 'gateway')
  const [saving, setSaving] = useState(false)
  const [counts, setCounts] = useState<RequestOutput<'export.write'>['counts']>()
  const save = async (): Promise<void> => {
    setSaving(true)
    const result = await request('export.write', null)
    setSaving(false)
    if (!result.ok) return tellError(text.exportFiles, result.error)
    const name = text.exportName(gateway.replace(/[^\p{L}\p{N} ._-]/gu, '_'))
    download(name, 'application/zip', bytesOf(result.value.zip))
    setCounts(result.value.counts)
  }
  return (
    <>
      <h3>{text.exportTitle}</h3>
      <p>{text.exportBody}</p>
      <p className="muted">{text.exportSecrets}</p>
      <div className="row-gap">
        <Button variant="default" loading={saving} onClick={() => void save()}>
          {text.exportFiles}
        </Button>
        <span role="status">{counts ? text.exported(countWords(counts)) : ''}</span>
      </div>
    </>
  )
}

function countWords({ exact, interpreted, unsupported }: RequestOutput<'export.write'>['counts']) {
  return {
    exact: formatCount(exact),
    interpreted: formatCount(interpreted),
    unsupported: formatCount(unsupported),
  }
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))
