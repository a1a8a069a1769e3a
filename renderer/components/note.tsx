import type { ReactNode } from 'react'
import type { ErrorReport } from '../../shared/errors.ts'
import { wordsOfCode } from '../i18n/en-codes.ts'
import { type Tone, ToneGlyph } from './state-mark.tsx'

/** A sentence that matters, with its cure and at most one or two actions. */
export function Note({
  tone,
  children,
  action,
  role,
}: {
  readonly tone: Tone
  readonly children: ReactNode
  readonly action?: ReactNode
  readonly role?: 'alert' | 'status'
}) {
  return (
    <div className={`note tone-${tone}`} role={role}>
      <ToneGlyph tone={tone} size={12} />
      <div className="note-text">{children}</div>
      {action ? <div className="row-gap">{action}</div> : null}
    </div>
  )
}

export function ErrorNote({ error, action }: { readonly error: ErrorReport; readonly action?: ReactNode }) {
  const translated = wordsOfCode(error.code)
  return (
    <Note tone="bad" role="alert" action={action}>
      <strong>{translated?.what ?? error.message}</strong>
      {translated ? <div>{translated.todo}</div> : null}
      {translated ? (
        <div className="muted" lang="en">
          {error.message} {error.hint}
        </div>
      ) : error.hint ? (
        <div>{error.hint}</div>
      ) : null}
      <div className="muted mono">{error.code}</div>
    </Note>
  )
}
