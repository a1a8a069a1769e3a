import { request } from '../../api/client.ts'
import { useWorkbench } from './selection.ts'
import { step } from './visits.ts'

/** Keys of the whole screen, whatever has the focus. True for those it took. */
export function workbenchKey(event: KeyboardEvent): boolean {
  if (document.querySelector('[role=dialog]')) return false
  const control = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
  if (control && event.key.toLowerCase() === 'g') return press('[data-go-to]')
  if (control && event.key.toLowerCase() === 'p') return press('[data-pause]')
  if (event.key === 'F5' && event.shiftKey && !event.ctrlKey) {
    const { connectorId } = useWorkbench.getState()
    if (connectorId !== '') void request('connector.retry', { connectorId })
    return true
  }
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
