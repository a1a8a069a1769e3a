import { step } from './visits.ts'

/** Keys of the whole screen, whatever has the focus. True for those it took. */
export function workbenchKey(event: KeyboardEvent): boolean {
  if (document.querySelector('[role=dialog]')) return false
  const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
  if (control && event.key.toLowerCase() === 'g') return press('[data-go-to]')
  if (control && event.key.toLowerCase() === 'p') return press('[data-pause]')
  if (event.key === 'F6' && !event.ctrlKey && !event.altKey) return nextPane(event.shiftKey ? -1 : 1)
  const alt = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey
  if (alt && event.key === 'ArrowLeft') {
    step(-1)
    return true
  }
  if (alt && event.key === 'ArrowRight') {
    step(1)
    return true
  }
  return false
}

function press(selector: string): boolean {
  const button = document.querySelector<HTMLElement>(selector)
  button?.click()
  return button !== null
}

const focusable = 'a[href], button:not(:disabled), input:not(:disabled), select, textarea, [tabindex="0"]'

/** The next pane, at what one mostly wants in it. */
function nextPane(by: 1 | -1): boolean {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')]
  const at = panes.findIndex((pane) => pane.contains(document.activeElement))
  for (let stepped = 1; stepped <= panes.length; stepped += 1) {
    const pane = panes[(at + by * stepped + panes.length * 2) % panes.length]
    const target = pane?.querySelector<HTMLElement>('[data-pane-focus]') ?? pane?.querySelector<HTMLElement>(focusable)
    if (!target) continue
    target.focus()
    return true
  }
  return false
}
