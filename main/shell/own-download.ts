const blobScheme = 'blob:'

/** True for a file the UI itself made up in memory (`blob:` and the page's origin); never for what an address sends. */
export function isOwnDownload(url: string, isOwnPage: (url: string) => boolean): boolean {
  return url.startsWith(blobScheme) && isOwnPage(url.slice(blobScheme.length))
}
