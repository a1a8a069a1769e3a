import type * as z from 'zod'
import { thingsboardSchema } from '../../shared/config/thingsboard.ts'
import { draftText } from '../i18n/en-draft.ts'
import { partDraft } from './part-draft.ts'

export type ThingsboardDraft = z.input<typeof thingsboardSchema>

export const emptyThingsboard: ThingsboardDraft = { host: '', credentials: { type: 'token', token: '' } }

export const {
  use: useThingsboardDraft,
  edit: editThingsboard,
  mark: markThingsboard,
  discard: discardThingsboard,
  save: saveThingsboard,
} = partDraft('thingsboard', draftText.labels.thingsboard, thingsboardSchema, emptyThingsboard)
