import { Modal } from '@mantine/core'
import { draftText } from '../../i18n/en-draft.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { useDraft } from '../../stores/draft-store.ts'
import { closeOverlay } from '../../stores/overlays.ts'
import { Review } from './review.tsx'

const text = draftText.panel

export function ReviewDialog() {
  const changes = useDraft((d) => d.state?.changes ?? 0)
  return (
    <Modal
      opened
      onClose={closeOverlay}
      title={changes > 0 ? text.title(changes) : text.titleNone}
      size="min(1240px, calc(100vw - 48px))"
      closeButtonProps={{ 'aria-label': frameText.close }}
      classNames={{ body: 'review-body', content: 'review-content' }}
    >
      <Review />
    </Modal>
  )
}
