import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import type { ErrorReport } from '../../shared/errors.ts'
import { productTitle } from './product.ts'
import { shellWords } from './words.ts'

// The few moments when the shell itself has to ask or tell something. None of them stops the engine while it waits.

/** First time only: the window is closed, what about collecting? True = keep running. */
export function askKeepRunning(window: BrowserWindow | undefined): Promise<boolean> {
  const { keep } = shellWords()
  return askWhether(window, { type: 'info', ...keep }, [keep.keep, keep.quit], 0)
}

/** True = quit. */
export function askQuit(window: BrowserWindow | undefined): Promise<boolean> {
  const { stop } = shellWords()
  return askWhether(window, { type: 'warning', ...stop }, [stop.quit, stop.cancel], 1)
}

export async function tellCannotRun(error: ErrorReport, triesAgain: boolean): Promise<void> {
  await ask(undefined, {
    type: 'error',
    title: productTitle,
    message: error.message,
    detail: triesAgain ? `${error.hint}\n\n${shellWords().triesAgain}` : error.hint,
    buttons: [shellWords().end],
  })
}

/** True = the first button. `safe` is the one that Enter and Esc press: nothing stops because somebody was quick. */
async function askWhether(
  window: BrowserWindow | undefined,
  { type, message, detail }: { readonly type: 'info' | 'warning'; readonly message: string; readonly detail: string },
  buttons: [string, string],
  safe: 0 | 1,
): Promise<boolean> {
  const title = productTitle
  return (await ask(window, { type, title, message, detail, buttons, defaultId: safe, cancelId: safe })) === 0
}

async function ask(window: BrowserWindow | undefined, options: MessageBoxOptions): Promise<number> {
  const shown = { ...options, noLink: true }
  const visible = window && !window.isDestroyed() && window.isVisible() ? window : undefined
  const { response } = await (visible ? dialog.showMessageBox(visible, shown) : dialog.showMessageBox(shown))
  return response
}
