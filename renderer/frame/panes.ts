/** What F6 goes round: the rail, the top bar, and the named parts of the screen that hold something to focus. */
const paneSelector = '.rail, .top-bar, .banners, main [data-pane], main section[aria-label]'
const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]'

/** Moves the focus to the next (1) or previous (-1) pane, into what was focused there last if it is still there. */
export function nextPane(direction: 1 | -1): boolean {
  const panes = [...document.querySelectorAll<HTMLElement>(paneSelector)].filter((pane) => firstIn(pane) !== undefined)
  if (panes.length === 0) return false
  const active = document.activeElement
  const current = panes.findLastIndex((pane) => pane.contains(active))
  if (active instanceof HTMLElement && current >= 0) lastFocused.set(panes[current] as HTMLElement, active)
  const from = current < 0 ? (direction === 1 ? -1 : 0) : current
  const pane = panes[(from + direction + panes.length) % panes.length]
  const last = pane && lastFocused.get(pane)
  const target = pane && (last && pane.contains(last) && isVisible(last) ? last : firstIn(pane))
  target?.focus()
  return target !== undefined
}

const lastFocused = new WeakMap<HTMLElement, HTMLElement>()

/** Only what belongs to the pane itself, not to one inside it. */
function firstIn(pane: HTMLElement): HTMLElement | undefined {
  return [...pane.querySelectorAll<HTMLElement>(focusable)].find(
    (element) => element.closest(paneSelector) === pane && isVisible(element),
  )
}

function isVisible(element: HTMLElement): boolean {
  return element.getClientRects().length > 0
}
