import type * as z from 'zod'
import { storageSchema } from '../../shared/config/storage.ts'
import { draftText } from '../i18n/en-draft.ts'
import { partDraft } from './part-draft.ts'

export type StorageDraft = z.input<typeof storageSchema>

export const {
  use: useStorageDraft,
  edit: editStorage,
  discard: discardStorage,
  save: saveStorage,
} = partDraft('storage', draftText.labels.storage, storageSchema, {})
