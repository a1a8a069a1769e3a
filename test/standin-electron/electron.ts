// The module that `electron` means inside the stand-in: the names the shell uses, nothing else. An import of any other name
// fails when the bundle is linked; a missing member of one of these fails when it is read (strict.ts).

export { app } from './app.ts'
export { BaseWindow, BrowserWindow } from './browser-window.ts'
export { ipcMain } from './ipc-main.ts'
export { nativeImage } from './native-image.ts'
export { protocol } from './protocol.ts'
export { dialog, nativeTheme, powerMonitor, powerSaveBlocker, safeStorage, screen, session, shell } from './system.ts'
export { Menu, StandInTray as Tray } from './tray.ts'
export { webContents } from './web-contents.ts'
