import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { LogFile } from '../../main/host/log-file.ts'
import { autostartOf, entryText } from '../../main/shell/autostart.ts'
import { SettingsFile } from '../../main/shell/settings.ts'
import { fitToDisplays } from '../../main/shell/window-bounds.ts'
import type { LogEntry } from '../../shared/status.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shell-files-'))
})

const entry = (fields: string): LogEntry => ({ seq: 1, at: 0, level: 'info', component: 'c', event: 'e', fields })

test('broken settings give defaults, and one bad value costs only itself', () => {
  const path = join(folder, 'shell.json')
  writeFileSync(path, '{ not json')
  expect(new SettingsFile(path).value).toMatchObject({ onClose: 'tray', hardwareAcceleration: true })
  writeFileSync(path, JSON.stringify({ onClose: 'explode', hardwareAcceleration: false, window: { x: 1 } }))
  expect(new SettingsFile(path).value).toMatchObject({
    onClose: 'tray',
    hardwareAcceleration: false,
    window: undefined,
  })
})

test('a change of settings is there at the next start', () => {
  const path = join(folder, 'deep', 'shell.json')
  new SettingsFile(path).change({ closeExplained: true })
  expect(new SettingsFile(path).value.closeExplained).toBe(true)
})

test('the log stays within five parts of 5 MB and keeps the newest lines', async () => {
  writeFileSync(join(folder, 'gateway.log'), 'x'.repeat(4_999_990))
  const log = new LogFile(folder)
  log.write(entry('first'))
  await vi.waitFor(() => expect(readdirSync(folder)).toContain('gateway.1.log'))
  await vi.waitFor(() => expect(readFileSync(join(folder, 'gateway.log'), 'utf8')).toContain('first'))
  expect(statSync(join(folder, 'gateway.1.log')).size).toBe(4_999_990)
  for (let part = 1; part <= 4; part++) writeFileSync(join(folder, `gateway.${part}.log`), `part ${part}`)
  writeFileSync(join(folder, 'gateway.log'), 'y'.repeat(4_999_990))
  const again = new LogFile(folder)
  again.write(entry('second'))
  await vi.waitFor(() => expect(readFileSync(join(folder, 'gateway.log'), 'utf8')).toContain('second'))
  expect(readdirSync(folder).toSorted()).toEqual([
    'gateway.1.log',
    'gateway.2.log',
    'gateway.3.log',
    'gateway.4.log',
    'gateway.log',
  ])
  expect(readFileSync(join(folder, 'gateway.4.log'), 'utf8')).toBe('part 3')
})

test('a flood of lines is cut and counted, and one entry is one line', () => {
  const log = new LogFile(folder)
  log.write(entry('a\nforged line'))
  for (let at = 0; at < 6000; at++) log.write(entry(String(at)))
  log.flushNow()
  const lines = readFileSync(join(folder, 'gateway.log'), 'utf8').trimEnd().split('\n')
  expect(lines[0]).toContain('log.lost lines=1001')
  expect(lines[1]).toContain('a ⏎ forged line')
  expect(lines).toHaveLength(5001)
})

test('on Linux autostart is a desktop entry that starts hidden, and switching it off removes it', () => {
  const app = { getLoginItemSettings: vi.fn(), setLoginItemSettings: vi.fn() }
  const autostart = autostartOf(app, 'linux', { XDG_CONFIG_HOME: folder, APPIMAGE: '/opt/My App.AppImage' })
  expect(autostart.enabled).toBe(false)
  autostart.set(true)
  expect(autostart.enabled).toBe(true)
  const text = readFileSync(join(folder, 'autostart', 'thingsboard-gateway.desktop'), 'utf8')
  expect(text).toContain('Exec="/opt/My App.AppImage" --hidden')
  autostart.set(false)
  expect(autostart.enabled).toBe(false)
  expect(app.setLoginItemSettings).not.toHaveBeenCalled()
})

test('a path with special signs is quoted as the Desktop Entry Specification asks', () => {
  expect(entryText('/opt/100%/a"b$c')).toContain('Exec="/opt/100%%/a\\\\"b\\\\$c" --hidden')
})

test('a window on a display that is gone comes back on one that is there, not larger than it', () => {
  const displays = [{ workArea: { x: 0, y: 0, width: 1366, height: 728 } }]
  const fits = { x: 100, y: 50, width: 1200, height: 600 }
  expect(fitToDisplays(fits, displays)).toEqual(fits)
  expect(fitToDisplays({ x: 3000, y: 50, width: 1900, height: 1000 }, displays)).toEqual({ width: 1366, height: 728 })
  expect(fitToDisplays({ x: 100, y: -500, width: 1200, height: 600 }, displays)).toEqual({ width: 1200, height: 600 })
})
