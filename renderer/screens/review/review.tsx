import { Button, SegmentedControl } from '@mantine/core'
import { lazy, Suspense, useState } from 'react'
import { Empty } from '../../components/empty.tsx'
import { ErrorNote } from '../../components/note.tsx'
import { draftText } from '../../i18n/en-draft.ts'
import { frameText } from '../../i18n/en-frame.ts'
import { discardDraft, revertChange } from '../../stores/draft-store.ts'
import { tellError } from '../../stores/tell.ts'
import { ApplyBar } from './apply-bar.tsx'
import { ChangeList } from './change-list.tsx'
import { GatewayFiles } from './gateway-files.tsx'
import { ReviewEffect } from './review-effect.tsx'
import { UnsavedNote } from './unsaved-note.tsx'
import { useReview } from './use-review.ts'

const JsonDiff = lazy(async () => ({ default: (await import('./json-diff.tsx')).JsonDiff }))

const text = draftText.panel

type View = 'summary' | 'json' | 'files'

/** Everything that will change, what it does to the running gateway, and the one button that makes it so. */
export function Review() {
  const review = useReview()
  const [view, setView] = useState<View>('summary')
  const { comparison, error } = review
  if (!comparison) {
    if (!error) return <Empty title={text.loading} />
    return <ErrorNote error={error} action={<Button onClick={review.again}>{frameText.tryAgain}</Button>} />
  }
  if (comparison.total === 0) {
    return (
      <>
        <UnsavedNote />
        <Empty title={text.empty}>{text.emptyBody}</Empty>
      </>
    )
  }
  return (
    <div className="review">
      <UnsavedNote />
      {error ? <ErrorNote error={error} /> : null}
      <div className="review-tools">
        <SegmentedControl
          aria-label={text.changes}
          value={view}
          onChange={(next) => setView(next as View)}
          data={[
            { value: 'summary', label: text.summary },
            { value: 'json', label: text.json },
            { value: 'files', label: text.files },
          ]}
        />
        <span className="spacer" />
        <DiscardDraft />
      </div>
      <div className="review-columns">
        {view === 'summary' ? (
          <ChangeList
            changes={comparison.changes}
            total={comparison.total}
            onRevert={(id) => void revertChange(id).then((failed) => tellError(text.takeBack, failed))}
          />
        ) : view === 'files' ? (
          <GatewayFiles revision={review.revision} />
        ) : (
          <Suspense fallback={<Empty title={frameText.loading} />}>
            <JsonDiff
              before={comparison.before}
              after={comparison.after}
              beforeName={text.diffCaption.before}
              afterName={text.diffCaption.after}
            />
          </Suspense>
        )}
        <ReviewEffect review={review} />
      </div>
      <ApplyBar revision={review.revision} touched={review.answer?.touched ?? []} />
    </div>
  )
}

/** No question first: it is an edit like any other, and Undo brings everything back. */
function DiscardDraft() {
  return (
    <Button
      variant="subtle"
      color="gray"
      title={text.discardBody}
      onClick={() => void discardDraft().then((failed) => tellError(text.discard, failed))}
    >
      {text.discard}
    </Button>
  )
}
