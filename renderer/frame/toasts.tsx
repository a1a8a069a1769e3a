import { Button, CloseButton } from '@mantine/core'
import { ToneGlyph } from '../components/state-mark.tsx'
import { draftText as text } from '../i18n/en-draft.ts'
import { dismissToast, useToasts } from '../stores/toasts.ts'

export function Toasts() {
  const toasts = useToasts((s) => s.toasts)
  return (
    <section className="toasts" aria-label={text.toasts} aria-live="polite">
      {toasts.map(({ id, tone, words, more, action }) => (
        <div key={id} className={`toast toast-${tone}`}>
          <ToneGlyph tone={tone} size={12} />
          <div className="toast-words">
            <span>{words}</span>
            {more ? <span className="toast-more">{more}</span> : null}
          </div>
          {action ? (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => {
                dismissToast(id)
                action.run()
              }}
            >
              {action.label}
            </Button>
          ) : null}
          <CloseButton size="sm" aria-label={text.dismiss} onClick={() => dismissToast(id)} />
        </div>
      ))}
    </section>
  )
}
