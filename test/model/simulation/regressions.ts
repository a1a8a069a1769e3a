/** Seeds that once showed a broken promise; each stays here with what it was. */
export const regressions: readonly { readonly seed: number; readonly was: string }[] = [
  { seed: 3, was: 'a message of several devices was overtaken while it waited for one of them (D8)' },
  { seed: 20, was: 'a message of several devices was overtaken while it waited for one of them (D8)' },
  { seed: 394, was: 'a message behind a waiting one was overtaken when only its own device was connected (D8)' },
]
