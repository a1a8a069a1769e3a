/**
 * The keys that work on every screen: what they do (keymap.ts) by the chord. `Ctrl` is also ⌘. The help
 * (i18n/en-frame.ts) lists every chord of this table.
 */
export const globalKeys = {
  help: ['F1', '?'],
  palette: ['Ctrl+K'],
  settings: ['Ctrl+,'],
  review: ['Ctrl+Enter'],
  undo: ['Ctrl+Z'],
  redo: ['Ctrl+Shift+Z', 'Ctrl+Y'],
  filter: ['Ctrl+F'],
  save: ['Ctrl+S'],
  nextPane: ['F6'],
  previousPane: ['Shift+F6'],
} as const satisfies Readonly<Record<string, readonly string[]>>

export type GlobalKey = keyof typeof globalKeys
