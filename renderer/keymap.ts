import { navigate, screens } from './stores/route.ts'

export function installKeymap(openHelp: () => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return
    if (handle(event, openHelp)) event.preventDefault()
  }
  addEventListener('keydown', onKey)
  return () => removeEventListener('keydown', onKey)
}

function handle(event: KeyboardEvent, openHelp: () => void): boolean {
  const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
  if (event.key === 'F1' || (event.key === '?' && !isTextField(event.target))) {
    openHelp()
    return true
  }
  // Browsers keep Ctrl+digit for their tabs, so Alt does the same.
  const alt = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey
  if (!control && !alt) return false
  const screen = /^[1-9]$/.test(event.key) ? screens[Number(event.key) - 1] : undefined
  if (screen && !document.querySelector('[role=dialog]')) {
    navigate(screen)
    return true
  }
  if (!control) return false
  if (event.key.toLowerCase() === 'f') return focusFilter()
  if (event.key.toLowerCase() === 's') return pressSave()
  return false
}

/** The innermost filter field: one in an open dialog wins over the one behind it. */
function focusFilter(): boolean {
  const scope = document.querySelector('[role=dialog]') ?? document
  const field = scope.querySelector<HTMLInputElement>('input[data-filter]')
  field?.focus()
  field?.select()
  return field !== null
}

function pressSave(): boolean {
  document.querySelector<HTMLButtonElement>('button[data-save]:not(:disabled)')?.click()
  return true
}

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}
