/** `quarantine Line 3 2026-02-01 1304.jsonl`, without what file systems refuse. */
export function exportName(gateway: string, at: Date): string {
  const name = gateway.replace(/[^\p{L}\p{N} ._-]/gu, '').trim()
  const [day = '', time = ''] = at.toISOString().split('T')
  return `quarantine ${name} ${day} ${time.slice(0, 5).replace(':', '')}.jsonl`.replace(/ +/g, ' ')
}
