import { currentLanguage } from './locale.ts'

/** A shortcut as it is printed on the keyboards of the page's language: "Ctrl+Shift+Z" is "Strg+Umschalt+Z" in Germany. */
export function keyNames(shortcut: string): string {
  if (currentLanguage() !== 'de') return shortcut
  return shortcut.replace('Ctrl', 'Strg').replace('Shift', 'Umschalt').replace('Del', 'Entf')
}
