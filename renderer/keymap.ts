import { nextPane } from './frame/panes.ts'
import { openOverlay, useOverlay } from './stores/overlays.ts'
import { navigate, screens } from './stores/route.ts'
import { redoAndTell, undoAndTell } from './stores/tell.ts'

/** A key that works on every screen. `Ctrl` is also ⌘. The help (i18n/en-frame.ts) lists every chord of this table. */
interface GlobalKey {
  readonly chord: string
  /** Text fields have these themselves (undo of what is typed) or need them as letters. */
  readonly notInText?: boolean
  /** Still works while a dialog is open. */
  readonly overDialogs?: boolean
  /** Says whether the key was for it; otherwise the browser keeps it. */
  readonly run: () => boolean
}

export const globalKeys: readonly GlobalKey[] = [
  { chord: 'F1', run: done(() => openOverlay('keys')) },
  { chord: '?', notInText: true, run: done(() => openOverlay('keys')) },
  { chord: 'Ctrl+K', run: done(() => openOverlay('palette')) },
  { chord: 'Ctrl+,', run: done(() => navigate('settings')) },
  { chord: 'Ctrl+Enter', overDialogs: true, run: reviewOrApply },
  { chord: 'Ctrl+Z', notInText: true, run: done(() => void undoAndTell()) },
  { chord: 'Ctrl+Shift+Z', notInText: true, run: done(() => void redoAndTell()) },
  { chord: 'Ctrl+Y', notInText: true, run: done(() => void redoAndTell()) },
  { chord: 'Ctrl+F', overDialogs: true, run: focusFilter },
  { chord: 'Ctrl+S', overDialogs: true, run: done(pressSave) },
  { chord: 'F6', run: () => nextPane(1) },
  { chord: 'Shift+F6', run: () => nextPane(-1) },
]

export function installKeymap(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return
    if (goesToScreen(event) || handle(event)) event.preventDefault()
  }
  addEventListener('keydown', onKey)
  return () => removeEventListener('keydown', onKey)
}

function handle(event: KeyboardEvent): boolean {
  const pressed = chordOf(event)
  const key = globalKeys.find(({ chord }) => chord === pressed)
  if (!key || (key.notInText && isTextField(event.target)) || (!key.overDialogs && dialogIsOpen())) return false
  return key.run()
}

function chordOf(event: KeyboardEvent): string {
  const control = event.ctrlKey || event.metaKey
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key
  // Shift is part of the character where there is no letter: `?`.
  const shift = event.shiftKey && (event.key.length > 1 || /[A-Z]/.test(key))
  return `${control ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`
}

/** Browsers keep Ctrl+digit for their tabs, so Alt does the same. */
function goesToScreen(event: KeyboardEvent): boolean {
  const control = (event.ctrlKey || event.metaKey) && !event.altKey
  const alt = event.altKey && !event.ctrlKey && !event.metaKey
  const screen = /^[1-9]$/.test(event.key) ? screens[Number(event.key) - 1] : undefined
  if (!screen || event.shiftKey || !(control || alt) || dialogIsOpen()) return false
  navigate(screen)
  return true
}

/** The first press opens the review, the next one in it applies. */
function reviewOrApply(): boolean {
  const { open } = useOverlay.getState()
  if (open === 'review') {
    document.querySelector<HTMLButtonElement>('button[data-apply]:not(:disabled)')?.click()
    return true
  }
  if (dialogIsOpen()) return false
  openOverlay('review')
  return true
}

/** The innermost filter field: one in an open dialog wins over the one behind it. */
function focusFilter(): boolean {
  const scope = document.querySelector('[role=dialog]') ?? document
  const field = scope.querySelector<HTMLInputElement>('input[data-filter]')
  field?.focus()
  field?.select()
  return field !== null
}

function pressSave(): void {
  document.querySelector<HTMLButtonElement>('button[data-save]:not(:disabled)')?.click()
}

function dialogIsOpen(): boolean {
  return document.querySelector('[role=dialog]') !== null
}

/** Boxes that are ticked and buttons take no text. */
const noText = /^(checkbox|radio|button|submit|range|color|file)$/

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return !noText.test(target.type) && !target.readOnly
  return target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName)
}

function done(act: () => void): () => boolean {
  return () => {
    act()
    return true
  }
}
