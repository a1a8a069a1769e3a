import type { ReactNode } from 'react'

/** ok: works. busy: under way. warn: works, or will by itself, but look. bad: somebody has to act. off: not in use. */
export type Tone = 'ok' | 'busy' | 'warn' | 'bad' | 'off'

/** Shapes differ so that no state is told by colour alone: disc, dots, triangle, square with bar, ring. */
const shapes: Record<Tone, ReactNode> = {
  ok: <circle cx="6" cy="6" r="5" fill="currentColor" />,
  busy: (
    <>
      <circle cx="2" cy="6" r="1.7" fill="currentColor" />
      <circle cx="6" cy="6" r="1.7" fill="currentColor" />
      <circle cx="10" cy="6" r="1.7" fill="currentColor" />
    </>
  ),
  warn: <path d="M6 .8 11.6 11H.4Z" fill="currentColor" />,
  bad: (
    <path
      d="M1.5 0h9A1.5 1.5 0 0 1 12 1.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 0 10.5v-9A1.5 1.5 0 0 1 1.5 0ZM3 4.75v2.5h6v-2.5Z"
      fill="currentColor"
      fillRule="evenodd"
    />
  ),
  off: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />,
}

export function ToneGlyph({ tone, size = 11 }: { readonly tone: Tone; readonly size?: number }) {
  return (
    <svg className={`tone-${tone}`} width={size} height={size} viewBox="0 0 12 12" aria-hidden="true">
      {shapes[tone]}
    </svg>
  )
}

export function StateMark({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={`state tone-${tone}`}>
      <ToneGlyph tone={tone} />
      <span>{children}</span>
    </span>
  )
}
