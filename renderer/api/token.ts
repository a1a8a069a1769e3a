// The headless gateway prints an address with `#token=…`. A fragment never reaches a server or its log; it is taken out of
// the address bar at once (shoulder surfing, bookmarks) and kept for this browser tab only.

const storageKey = 'tbgw.token'

export function takeToken(location: Location, history: History, storage: Storage): string {
  const match = /^#token=(.+)$/.exec(location.hash)
  const token = match?.[1]
  if (token === undefined) return storage.getItem(storageKey) ?? ''
  history.replaceState(null, '', location.pathname + location.search)
  const decoded = decodeToken(token)
  storage.setItem(storageKey, decoded)
  return decoded
}

export function keepToken(token: string, storage: Storage): void {
  storage.setItem(storageKey, token)
}

/** What somebody pastes: the token itself or the whole address that was printed. */
export function tokenFromText(text: string): string {
  const match = /#token=([^\s&]+)/.exec(text)
  return match?.[1] === undefined ? text.trim() : decodeToken(match[1])
}

function decodeToken(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
