import { type Words, words } from './locale.ts'

/** What Ctrl+K finds and does. */
const paletteEnglish = {
  button: 'Search or run',
  title: 'Search or run a command',
  field: 'Screen, command, device, source or NodeId',
  results: 'Results',
  nothing: 'Nothing found',
  nothingHint: 'Try part of a device name, a command such as “undo”, or a NodeId such as ns=2;s=Line1.Speed.',
  count: (n: number) => (n === 1 ? '1 result' : `${n} results`),
  cut: (n: number) => `The first ${n} results`,
  kinds: {
    screen: 'Screen',
    command: 'Command',
    source: 'Source',
    device: 'Device',
    mapping: 'Mapping',
    key: 'Key',
    node: 'NodeId',
  },
  goToNode: (nodeId: string) => `Go to ${nodeId}`,
  inSource: (source: string) => `in ${source}`,
  commands: {
    review: 'Review & apply',
    undo: (label: string) => `Undo: ${label}`,
    redo: (label: string) => `Redo: ${label}`,
    addOpcua: 'Add OPC UA server',
    addMqtt: 'Add MQTT broker',
    theme: { auto: 'Theme: follow system', light: 'Theme: light', dark: 'Theme: dark' },
    density: { compact: 'Density: compact', normal: 'Density: normal', touch: 'Density: touch' },
    language: (name: string) => `Language: ${name}`,
    keys: 'Keyboard keys',
    versions: 'Compare, restore or export versions',
    diagnostics: 'Save support bundle',
    retry: (source: string) => `Try ${source} now`,
  },
  how: 'to choose',
  run: 'to open',
  close: 'to close',
} as const
export type PaletteWords = Words<typeof paletteEnglish>
export const paletteText = words('palette', paletteEnglish)
