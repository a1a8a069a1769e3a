import type { ReactNode } from 'react'

export type Fact = readonly [label: string, value: ReactNode, tone?: 'warn' | 'bad' | undefined]

/** Names and figures in two columns; false leaves one out. */
export function Facts({ facts }: { readonly facts: readonly (Fact | false)[] }) {
  return (
    <dl className="fact-grid">
      {facts.map((fact) =>
        fact ? (
          <div key={fact[0]}>
            <dt>{fact[0]}</dt>
            <dd className={fact[2] ? `tone-${fact[2]}` : undefined}>{fact[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}
