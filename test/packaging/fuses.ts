/** Marks the place in Electron's executable where its fuses lie (electron, docs/tutorial/fuses.md). */
export const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

/** In the order of the wire, version 1. */
const fuseNames = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const
export type FuseName = (typeof fuseNames)[number]

export function readFuses(executable: Buffer): Record<FuseName, boolean> {
  const at = executable.indexOf(fuseSentinel)
  if (at < 0) throw new Error('The executable holds no fuses')
  const states = executable.subarray(at + fuseSentinel.length + 2)
  return Object.fromEntries(fuseNames.map((name, place) => [name, states[place] === '1'.charCodeAt(0)])) as Record<
    FuseName,
    boolean
  >
}
