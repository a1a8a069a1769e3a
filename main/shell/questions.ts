import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import type { ErrorReport } from '../../shared/errors.ts'
import { productTitle } from './product.ts'

// The few moments when the shell itself has to ask or tell something. None of them stops the engine while it waits.

/** First time only: the window is closed, what about collecting? True = keep running. */
export async function askKeepRunning(window: BrowserWindow | undefined): Promise<boolean> {
  const answer = await ask(window, {
    type: 'info',
    title: productTitle,
    message: 'The gateway keeps collecting in the background',
    detail:
      'Its icon is beside the clock. If your desktop shows none, start the program again to get this window back. ' +
      'You will not be asked again.',
    buttons: ['Keep running', 'Quit and stop collecting'],
    defaultId: 0,
    cancelId: 0,
  })
  return answer === 0
}

/** True = quit. */
export async function askQuit(window: BrowserWindow | undefined): Promise<boolean> {
  const answer = await ask(window, {
    type: 'warning',
    title: productTitle,
    message: 'Stop collecting data?',
    detail:
      'Nothing is read from the machines while the gateway is not running. What has been collected already stays on this PC ' +
      'and is delivered after the next start.',
    buttons: ['Quit and stop collecting', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  })
  return answer === 0
}

export async function tellCannotRun(error: ErrorReport, triesAgain: boolean): Promise<void> {
  await ask(undefined, {
    type: 'error',
    title: productTitle,
    message: error.message,
    detail: triesAgain ? `${error.hint}\n\nIt tries again in a minute.` : error.hint,
    buttons: ['Quit'],
  })
}

async function ask(window: BrowserWindow | undefined, options: MessageBoxOptions): Promise<number> {
  const shown = { ...options, noLink: true }
  const visible = window && !window.isDestroyed() && window.isVisible() ? window : undefined
  const { response } = await (visible ? dialog.showMessageBox(visible, shown) : dialog.showMessageBox(shown))
  return response
}
