import { app, type Session, type WebContents } from 'electron'
import { isAllowedExternal } from './external-links.ts'
import { isOwnDownload } from './own-download.ts'

// What any page in this application may do besides showing itself: nothing. Installed before the first window exists and
// for every web contents, whoever creates it.

/** `isOwnPage` says whether an address belongs to the bundled UI. */
export function lockDownWebContents(isOwnPage: (url: string) => boolean, openExternal: (url: string) => void): void {
  app.on('web-contents-created', (_event, contents) => lockDown(contents, isOwnPage, openExternal))
}

function lockDown(
  contents: WebContents,
  isOwnPage: (url: string) => boolean,
  openExternal: (url: string) => void,
): void {
  contents.on('will-navigate', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    if (!isOwnPage(event.url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOwnPage(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (isAllowedExternal(url)) openExternal(url)
    return { action: 'deny' }
  })
}

/**
 * No camera, clipboard reading, notifications, devices: the UI needs none of them. Downloads only of what the UI itself made up
 * (the export of the quarantine), never from an address.
 */
export function lockDownSession(session: Session, isOwnPage: (url: string) => boolean): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', (event, item) => {
    if (!isOwnDownload(item.getURL(), isOwnPage)) event.preventDefault()
  })
}
