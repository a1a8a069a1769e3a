/** Hands the operator a file made here. The host lets downloads of this page's own making through and nothing else. */
export function download(fileName: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The browser has taken the content by the next task.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
