import { Button } from '@mantine/core'
import { useState } from 'react'
import { download } from '../../api/download.ts'
import { Note } from '../../components/note.tsx'
import { settingsText as text } from '../../i18n/en-settings.ts'
import { nextWord } from '../../i18n/punctuation.ts'
import { useStatus } from '../../stores/status-store.ts'
import { type BundlePart, supportBundle } from './support-bundle.ts'

interface Saved {
  readonly name: string
  readonly missing: readonly BundlePart[]
}

export function Diagnostics() {
  const gateway = useStatus((s) => s.status?.name ?? 'gateway')
  const [saving, setSaving] = useState(false)
  const [saved, setSaved] = useState<Saved>()
  const save = async (): Promise<void> => {
    setSaving(true)
    const bundle = await supportBundle()
    const name = bundleName(gateway)
    download(name, 'application/json', bundle.text)
    setSaving(false)
    setSaved({ name, missing: bundle.missing })
  }
  return (
    <div className="settings-form">
      <h3>{text.diagnostics}</h3>
      <p>{text.diagnosticsBody}</p>
      <ul>
        {text.bundleHas.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p className="muted">{text.bundleHasNot}</p>
      <div className="row-gap">
        <Button loading={saving} onClick={() => void save()}>
          {text.saveBundle}
        </Button>
        <span role="status">{saving ? text.savingBundle : saved ? text.bundleSaved(saved.name) : ''}</span>
      </div>
      {saved && saved.missing.length > 0 ? (
        <Note tone="warn" role="alert">
          {text.bundleMissing(saved.missing.map((part) => text.parts[part]).join(nextWord))}
        </Note>
      ) : null}
    </div>
  )
}

/** `support Line 3 2026-11-22 1645.json`: characters no file system minds, and a name that sorts. */
function bundleName(gateway: string): string {
  const now = new Date()
  const pad = (n: number): string => String(n).padStart(2, '0')
  const day = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`
  const name = gateway.replace(/[^\p{L}\p{N} ._-]/gu, '_')
  return `support ${name} ${day} ${pad(now.getHours())}${pad(now.getMinutes())}.json`
}
