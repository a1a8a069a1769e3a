import type { RequestOutput } from '../../../shared/api/contract.ts'
import type { ErrorReport, Result } from '../../../shared/errors.ts'
import { request } from '../../api/client.ts'
import { exportName } from './export-name.ts'

/** Small pages: a single value may be a megabyte. */
const rowsPerRequest = 100

type ExportOutcome = { readonly count: number } | { readonly error: ErrorReport }

/** Everything in quarantine as a file of JSON lines. `onProgress` hears how many values are read. */
export async function exportQuarantine(gateway: string, onProgress: (count: number) => void): Promise<ExportOutcome> {
  // A Blob of Blobs: the browser may keep the finished ones on disk.
  const parts: Blob[] = []
  let count = 0
  let after: number | undefined = 0
  while (after !== undefined) {
    const page: Result<RequestOutput<'quarantine.export'>> = await request('quarantine.export', {
      after,
      limit: rowsPerRequest,
    })
    if (!page.ok) return { error: page.error }
    parts.push(new Blob([page.value.lines]))
    count += page.value.lines.split('\n').length - 1
    onProgress(count)
    after = page.value.next
  }
  download(new Blob(parts, { type: 'application/x-ndjson' }), exportName(gateway, new Date()))
  return { count }
}

function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken hold of the blob with the click; a minute covers a slow "save as" dialog in older ones.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
