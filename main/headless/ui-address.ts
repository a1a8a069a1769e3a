import { UsageError } from './command.ts'

/** `off`, or where the UI listens. `fixed`: somebody named the port, so no other one will do. */
export type UiAddress = 'off' | { readonly host: string; readonly port: number; readonly fixed: boolean }

/** Easy to remember and seldom taken; when it is, a free one is used. */
export const defaultUi: UiAddress = { host: '127.0.0.1', port: 8086, fixed: false }

/** HOST:PORT, [::1]:PORT or off. */
export function parseUiAddress(text: string | undefined): UiAddress {
  if (text === undefined) return defaultUi
  if (text === 'off') return 'off'
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  if (host === undefined || port > 65_535) throw new UsageError(`--ui "${text}" is not HOST:PORT nor off`)
  return { host, port, fixed: port !== 0 }
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
