import type { SaidFields } from '../../shared/said/said.ts'
import { evidenceOf } from '../i18n/say.ts'

type Of<F extends string> = { readonly [K in F]: string } & { readonly said?: SaidFields }

/** What the engine says of an error in English, with its names and numbers, below the words of the page; nothing in English. */
export function Evidence(
  props: { readonly of: Of<'detail'> } | { readonly of: Of<'message'>; readonly field: 'message' },
) {
  const english = 'field' in props ? evidenceOf(props.of, 'message') : evidenceOf(props.of, 'detail')
  return english === '' ? null : (
    <div className="muted" lang="en">
      {english}
    </div>
  )
}
