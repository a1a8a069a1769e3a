import { useSyncExternalStore } from 'react'

export const screens = [
  'overview',
  'workbench',
  'sources',
  'delivery',
  'thingsboard',
  'activity',
  'versions',
  'dashboard',
  'settings',
] as const
export type Screen = (typeof screens)[number]

/** `#/sources/line-3/devices` → screen "sources", detail ["line-3", "devices"]. The address is the only place it lives. */
export interface Route {
  readonly screen: Screen
  readonly detail: readonly string[]
}

export function parseRoute(hash: string): Route {
  const [first = '', ...detail] = hash.replace(/^#\/?/, '').split('/').map(decode)
  const screen = screens.find((name) => name === first) ?? 'overview'
  return { screen, detail: detail.filter((part) => part !== '') }
}

export function hrefOf(screen: Screen, ...detail: readonly string[]): string {
  return `#/${[screen, ...detail].map(encodeURIComponent).join('/')}`
}

export function navigate(screen: Screen, ...detail: readonly string[]): void {
  location.hash = hrefOf(screen, ...detail)
}

let last = { hash: '\u0000', route: parseRoute('') }

function current(): Route {
  if (last.hash !== location.hash) last = { hash: location.hash, route: parseRoute(location.hash) }
  return last.route
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, current)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
