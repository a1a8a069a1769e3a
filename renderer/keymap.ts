import { nextPane } from './frame/panes.ts'
import { type GlobalKey, globalKeys } from './global-keys.ts'
import { openOverlay, useOverlay } from './stores/overlays.ts'
import { navigate, screens } from './stores/route.ts'
import { redoAndTell, undoAndTell } from './stores/tell.ts'

interface Act {
  /** Text fields have these themselves (undo of what is typed). */
  readonly notInText?: boolean
  /** Still works while a dialog is open. */
  readonly overDialogs?: boolean
  /** Says whether the key was for it; otherwise the browser keeps it. */
  readonly run: () => boolean
}

const acts: Readonly<Record<GlobalKey, Act>> = {
  help: { run: done(() => openOverlay('keys')) },
  palette: { run: done(() => openOverlay('palette')) },
  settings: { run: done(() => navigate('settings')) },
  review: { overDialogs: true, run: reviewOrApply },
  undo: { notInText: true, run: done(() => void undoAndTell()) },
  redo: { notInText: true, run: done(() => void redoAndTell()) },
  filter: { overDialogs: true, run: focusFilter },
  save: { overDialogs: true, run: done(pressSave) },
  nextPane: { run: () => nextPane(1) },
  previousPane: { run: () => nextPane(-1) },
}

const actOf: ReadonlyMap<string, Act> = new Map(
  Object.entries(globalKeys).flatMap(([key, chords]) =>
    chords.map((chord) => [chord, acts[key as GlobalKey]] as const),
  ),
)

/** Before the widgets: a list box would open on Ctrl+Enter, a focused button would be pressed by it. */
export function installKeymap(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing || !(goesToScreen(event) || handle(event))) return
    event.preventDefault()
    event.stopPropagation()
  }
  addEventListener('keydown', onKey, { capture: true })
  return () => removeEventListener('keydown', onKey, { capture: true })
}

function handle(event: KeyboardEvent): boolean {
  const chord = chordOf(event)
  const act = actOf.get(chord)
  if (!act || (!act.overDialogs && dialogIsOpen())) return false
  // A letter or sign without Ctrl is typed.
  const isText = isTextField(event.target)
  return isText && (act.notInText || chord.length === 1) ? false : act.run()
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
