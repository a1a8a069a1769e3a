import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { request } from '../../api/client.ts'
import { formatBytes } from '../../format.ts'
import { errorWords } from '../../i18n/en-codes.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { versionsText as text } from '../../i18n/en-versions.ts'
import { loadDraft } from '../../stores/draft-store.ts'
import { navigate } from '../../stores/route.ts'
import { tell } from '../../stores/toasts.ts'

/** 100,000 keys take about 20 MB. */
const bytesLimit = 64_000_000

/** A file becomes a proposal beside the draft: importing never overwrites anything. */
export function ImportFile() {
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return
    setBusy(true)
    const problem = await propose(file)
    setBusy(false)
    if (problem) tell({ tone: 'bad', ...problem })
    else navigate('versions', 'proposal')
  }
  return (
    <>
      <input
        ref={input}
        className="visually-hidden"
        type="file"
        accept=".json,application/json"
        aria-label={text.importFile}
        tabIndex={-1}
        onChange={(event) => {
          void take(event.currentTarget.files?.[0])
          event.currentTarget.value = ''
        }}
      />
      <Button variant="default" loading={busy} onClick={() => input.current?.click()}>
        {text.importFile}
      </Button>
    </>
  )
}

/** undefined when it went well. */
async function propose(file: File): Promise<{ readonly words: string; readonly more?: string } | undefined> {
  if (file.size > bytesLimit) return { words: text.tooLarge(formatBytes(bytesLimit)) }
  let config: unknown
  try {
    config = JSON.parse(await file.text())
  } catch (error) {
    return { words: text.notJson(file.name, error instanceof Error ? error.message : frameText.tryAgain) }
  }
  const result = await request('proposal.make', {
    config,
    author: text.importAuthor,
    note: text.importNote(file.name).slice(0, noteLimit),
  })
  if (!result.ok) {
    return { words: text.importRefused(file.name), more: errorWords(result.error) }
  }
  const { problems } = result.value
  if (problems.length > 0) {
    const lines = problems.slice(0, problemsShown).map(({ path, message }) => `${path}: ${message}`)
    return { words: text.importRefused(file.name), more: lines.join('\n') }
  }
  await loadDraft()
  return undefined
}

/** As in the contract. */
const noteLimit = 1000
/** The first ones tell what kind of file it is. */
const problemsShown = 5
