import { Note } from '../../components/note.tsx'
import { draftText } from '../../i18n/en-draft.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { sourcesText } from '../../i18n/en-sources.ts'
import { storageText } from '../../i18n/en-storage.ts'
import { nextWord } from '../../i18n/punctuation.ts'
import { closeOverlay } from '../../stores/overlays.ts'
import { hrefOf } from '../../stores/route.ts'
import { useSourceDrafts } from '../../stores/source-drafts.ts'
import { useStorageDraft } from '../../stores/storage-draft.ts'
import { useThingsboardDraft } from '../../stores/thingsboard-draft.ts'

const text = draftText.panel

/** What is typed somewhere and not in the draft is not applied: said here, where one would take it for granted. */
export function UnsavedNote() {
  const sources = useSourceDrafts((s) => s.drafts)
  const thingsboard = useThingsboardDraft((s) => s.draft !== undefined)
  const storage = useStorageDraft((s) => s.draft !== undefined)
  const places = Object.values(sources).map(({ draft }) => ({
    name: draft.name || sourcesText.newSource[draft.type],
    href: hrefOf('sources', draft.id),
  }))
  if (thingsboard) places.push({ name: frameText.screens.thingsboard, href: hrefOf('thingsboard') })
  if (storage) places.push({ name: storageText.form, href: hrefOf('delivery', 'storage') })
  const first = places[0]
  if (!first) return null
  return (
    <Note
      tone="warn"
      role="status"
      action={
        <a href={first.href} onClick={closeOverlay}>
          {text.unsavedShow}
        </a>
      }
    >
      {text.unsaved(places.map(({ name }) => name).join(nextWord))}
    </Note>
  )
}
