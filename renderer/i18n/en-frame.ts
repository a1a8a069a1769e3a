import type { ConnectorState, GatewayStatus, UplinkState } from '../../shared/status.ts'
import { type Words, words } from './locale.ts'

/** Frame, states and words that several screens use. Another language is another file of the same shape. */
const frameEnglish = {
  screens: {
    overview: 'Overview',
    workbench: 'Workbench',
    sources: 'Sources',
    delivery: 'Delivery',
    thingsboard: 'ThingsBoard',
    activity: 'Activity',
    versions: 'Versions',
    dashboard: 'Dashboard',
    settings: 'Settings',
  },
  navigation: 'Screens',
  openIssues: (n: number) => (n === 1 ? '1 open issue' : `${n} open issues`),
  summary: {
    starting: 'Starting',
    delivering: 'Delivering',
    idle: 'Idle',
    buffering: 'Buffering',
    attention: 'Needs attention',
    stopped: 'Stopped',
  } satisfies Record<GatewayStatus['summary'], string>,
  connector: {
    disabled: 'Disabled',
    idle: 'Idle',
    connecting: 'Connecting',
    online: 'Connected',
    waiting: 'Not connected, trying again',
    faulted: 'Stopped: needs you',
  } satisfies Record<ConnectorState, string>,
  uplink: {
    unconfigured: 'Not set up',
    idle: 'Idle',
    connecting: 'Connecting',
    online: 'Connected',
    waiting: 'Not connected, trying again',
    faulted: 'Stopped: needs you',
  } satisfies Record<UplinkState, string>,
  valuesPerMinute: (text: string) => `${text} values/min`,
  lastAck: 'last ack',
  noAckYet: 'no acknowledgement yet',
  waitingForGateway: 'Connecting to the gateway',
  knownAt: (time: string) => `as known at ${time}`,
  gatewayState: 'Gateway state',
  theme: 'Theme',
  themes: { auto: 'Follow system', light: 'Light', dark: 'Dark' },
  keys: 'Keyboard keys',
  keysTitle: 'Keys',
  offline: (time: string) => `Offline: showing what was known at ${time}. Connecting again…`,
  offlineNothing: 'The gateway does not answer yet. Trying again…',
  engine: {
    starting: 'The engine is starting.',
    restarting: 'The engine stopped unexpectedly and is being restarted. Nothing that was accepted is lost.',
    stopped: 'The engine is stopped. Nothing is collected.',
  },
  safeMode:
    'Safe mode: the engine crashed repeatedly. Stored data is still delivered; sources are not read. See Activity for the cause.',
  configProblem: 'The configuration on disk was refused; the last good one is running.',
  statusBar: {
    opcua: 'OPC UA',
    mqtt: 'MQTT',
    queue: 'Queue',
    empty: 'empty',
    full: 'of',
    config: (n: number) => `config #${n}`,
  },
  token: {
    title: 'This gateway asks for its access token',
    body: 'The gateway printed an address ending in #token=… when it started. Paste that address or only the token.',
    field: 'Address or token',
    open: 'Open',
    refused: 'The last token was refused. Use the address the gateway printed at its latest start.',
  },
  screenFailed: 'This screen failed to draw.',
  screenFailedHint:
    'Collecting and delivering go on. Open the screen again; if it fails again, see the log in Activity.',
  tryAgain: 'Try again',
  loading: 'Loading',
  close: 'Close',
  cancel: 'Cancel',
  newIssue: (message: string) => `New issue: ${message}`,
} as const
export type FrameWords = Words<typeof frameEnglish>
export const frameText = words('frame', frameEnglish)

interface KeyHelp {
  readonly keys: readonly string[]
  readonly does: string
  readonly where: string
}

/** What the help dialog lists; the handlers are in keymap.ts and in the widgets. */
const keysEnglish = [
  {
    keys: ['Ctrl', '1 … 9'],
    does: 'Overview, Workbench, Sources, Delivery, ThingsBoard, Activity, Versions, Dashboard, Settings (in a browser Alt)',
    where: 'Everywhere',
  },
  { keys: ['Ctrl', 'K'], does: 'Search or run: screens, commands, devices, sources, NodeIds', where: 'Everywhere' },
  { keys: ['Ctrl', ','], does: 'Settings', where: 'Everywhere' },
  { keys: ['Ctrl', 'Enter'], does: 'Review the draft; in the review: apply it', where: 'Everywhere' },
  { keys: ['Ctrl', 'Z'], does: 'Undo the last edit of the draft', where: 'Outside text fields' },
  { keys: ['Ctrl', 'Shift', 'Z'], does: 'Redo (also Ctrl+Y)', where: 'Outside text fields' },
  { keys: ['Ctrl', 'F'], does: 'Filter the list or tree', where: 'Everywhere' },
  { keys: ['F6'], does: 'Next part of the screen (Shift+F6: previous)', where: 'Everywhere' },
  { keys: ['F1'], does: 'Show these keys (also ? outside text fields)', where: 'Everywhere' },
  { keys: ['Esc'], does: 'Close a dialog or panel', where: 'Everywhere' },
  { keys: ['Ctrl', 'S'], does: 'Add what is being edited to the draft', where: 'Forms' },
  { keys: ['↑', '↓', 'Home', 'End', 'PgUp', 'PgDn'], does: 'Move', where: 'Tables, tree' },
  { keys: ['Enter'], does: 'Open the row', where: 'Tables' },
  { keys: ['Space'], does: 'Select the row', where: 'Quarantine' },
  { keys: ['Shift', '↑', '↓'], does: 'Select the rows passed', where: 'Quarantine' },
  { keys: ['Ctrl', 'A'], does: 'Select everything that matches the filter', where: 'Quarantine' },
  { keys: ['→', '←'], does: 'Open or close a branch, go to child or parent', where: 'Tree' },
  { keys: ['Space'], does: 'Select a variable, or all variables of a folder', where: 'Tree' },
  { keys: ['*'], does: 'Open all branches of this level', where: 'Tree' },
  { keys: ['a … z'], does: 'Jump to the next name that begins so', where: 'Tree' },
  { keys: ['M'], does: 'Map what is selected (with Shift a letter jumps to a name)', where: 'Workbench tree' },
  { keys: ['R'], does: 'Make a rule of what is selected', where: 'Workbench tree' },
  { keys: ['W'], does: 'Watch what is selected', where: 'Workbench tree' },
  { keys: ['T'], does: 'Trace the value', where: 'Workbench tree' },
  { keys: ['F'], does: 'Make the row a favourite, or no longer', where: 'Workbench tree' },
  { keys: ['Ctrl', 'Shift', 'A'], does: 'Select everything below the row', where: 'Workbench tree' },
  { keys: ['Ctrl', 'C'], does: 'Copy the addresses of what is selected', where: 'Workbench tree' },
  { keys: ['F5'], does: 'Read the branch again', where: 'Workbench tree' },
  { keys: ['Shift', 'F5'], does: 'Connect the source again now', where: 'Workbench' },
  { keys: ['Ctrl', 'G'], does: 'Go to a NodeId or browse path', where: 'Workbench' },
  { keys: ['Ctrl', 'P'], does: 'Pause or resume live values', where: 'Workbench' },
  { keys: ['Alt', '← →'], does: 'Back and forward in the nodes looked at', where: 'Workbench' },
] as const satisfies readonly KeyHelp[]

export type KeysWords = readonly KeyHelp[]
export const keyHelp: KeysWords = words('keys', keysEnglish)
