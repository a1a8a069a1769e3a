import { type BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import type { ErrorReport } from '../../shared/errors.ts'
import { saidOfError } from '../../shared/said/said.ts'
import { productTitle } from './product.ts'
import { sayInShell, shellWords } from './words.ts'

// The few moments when the shell itself has to ask or tell something. None of them stops the engine while it waits.

/** First time only: the window is closed, what about collecting? True = keep running. */
export async function askKeepRunning(window: BrowserWindow | undefined): Promise<boolean> {
  const { keep } = shellWords()
  const answer = await ask(window, {
    type: 'info',
    title: productTitle,
    message: keep.message,
    detail: keep.detail,
    buttons: [keep.keep, keep.quit],
    defaultId: 0,
    cancelId: 0,
  })
  return answer === 0
}

/** True = quit. */
export async function askQuit(window: BrowserWindow | undefined): Promise<boolean> {
  const { stop } = shellWords()
  const answer = await ask(window, {
    type: 'warning',
    title: productTitle,
    message: stop.message,
    detail: stop.detail,
    buttons: [stop.quit, stop.cancel],
    defaultId: 1,
    cancelId: 1,
  })
  return answer === 0
}

export async function tellCannotRun(error: ErrorReport, triesAgain: boolean): Promise<void> {
  const { detail, hint } = saidOfError(error)
  const what = sayInShell(detail)
  const words = [
    what === error.message ? '' : error.message,
    sayInShell(hint),
    triesAgain ? shellWords().triesAgain : '',
  ]
  await ask(undefined, {
    type: 'error',
    title: productTitle,
    message: what,
    detail: words.filter((text) => text !== '').join('\n\n'),
    buttons: [shellWords().end],
  })
}

async function ask(window: BrowserWindow | undefined, options: MessageBoxOptions): Promise<number> {
  const shown = { ...options, noLink: true }
  const visible = window && !window.isDestroyed() && window.isVisible() ? window : undefined
  const { response } = await (visible ? dialog.showMessageBox(visible, shown) : dialog.showMessageBox(shown))
  return response
}
