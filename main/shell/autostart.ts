import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { App } from 'electron'
import { desktopName, productTitle } from './product.ts'

// Start with the session, hidden in the tray. Windows and macOS: a login item. Linux: Electron does nothing there, so a
// desktop entry in the user's autostart folder (XDG Autostart).

export interface Autostart {
  readonly enabled: boolean
  set(enabled: boolean): void
}

type LoginItems = Pick<App, 'getLoginItemSettings' | 'setLoginItemSettings'>

export function autostartOf(app: LoginItems, platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): Autostart {
  return platform === 'linux' ? desktopEntry(environment) : loginItem(app)
}

const hiddenArgument = '--hidden'

function loginItem(app: LoginItems): Autostart {
  return {
    get enabled() {
      return app.getLoginItemSettings({ args: [hiddenArgument] }).openAtLogin
    },
    set: (enabled) => app.setLoginItemSettings({ openAtLogin: enabled, args: [hiddenArgument] }),
  }
}

function desktopEntry(environment: NodeJS.ProcessEnv): Autostart {
  const config = environment['XDG_CONFIG_HOME'] || join(homedir(), '.config')
  const path = join(config, 'autostart', `${desktopName}.desktop`)
  return {
    get enabled() {
      return existsSync(path)
    },
    set(enabled) {
      if (!enabled) return rmSync(path, { force: true })
      mkdirSync(dirname(path), { recursive: true })
      // An AppImage is mounted at another path each time it starts; APPIMAGE names the file itself.
      writeFileSync(path, entryText(environment['APPIMAGE'] || process.execPath))
    },
  }
}

/** Quoting as in the Desktop Entry Specification, "The Exec key". */
export function entryText(executable: string): string {
  const quoted = executable
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${productTitle}`,
    `Exec="${quoted}" ${hiddenArgument}`,
    `Icon=${desktopName}`,
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n')
}
