/** The only places a link may lead to; opened in the user's browser, never here. */
const externalHosts: readonly string[] = ['thingsboard.io', 'github.com']

export function isAllowedExternal(address: string): boolean {
  try {
    const url = new URL(address)
    return url.protocol === 'https:' && externalHosts.includes(url.host) && url.username === '' && url.password === ''
  } catch {
    return false
  }
}
