import { type Words, words } from './locale.ts'

/** Pinned values and trends, from the local history of the last hours. */
const dashboardEnglish = {
  title: 'Dashboard',
  window: 'Time shown',
  windows: { 10: '10 min', 60: '1 h', 240: '4 h', 480: '8 h' },
  add: 'Add card',
  arrange: 'Arrange',
  arranged: 'Done',
  empty: 'Nothing is pinned yet',
  emptyBody:
    'Pin values and trends that you want to see at a glance. The gateway keeps the last hours of every key by itself, whether ThingsBoard can be reached or not.',
  failed: 'The dashboard could not be saved.',
  card: {
    noValue: 'no value yet',
    noHistory: 'nothing kept of this time yet',
    gone: 'No such key any more',
    edit: (title: string) => `Edit ${title}`,
    remove: (title: string) => `Remove ${title}`,
    earlier: (title: string) => `Move ${title} forward`,
    later: (title: string) => `Move ${title} back`,
    wider: (title: string) => `Width of ${title}`,
    widths: { 1: 'Narrow', 2: 'Half', 4: 'Full' },
    range: (min: string, max: string) => `from ${min} to ${max}`,
    trend: (names: string, time: string) => `Trend of ${names} over ${time}`,
    since: (time: string) => `since ${time}`,
    open: (device: string) => `Open ${device}`,
  },
  dialog: {
    add: 'Add a card',
    edit: 'Edit the card',
    kind: 'Show as',
    kinds: { value: 'Value', trend: 'Trend' },
    title: 'Title',
    titleHint: 'Empty: the names of the keys.',
    device: 'Device',
    devices: 'Find a device',
    noDevice: (text: string) => `No device matches “${text}”`,
    keys: 'Keys',
    pickDevice: 'Choose a device to see its keys.',
    noKeys: 'This device has no keys yet.',
    chosen: (n: number) => `${n} of 8 chosen`,
    drop: (name: string) => `Take ${name} off`,
    save: 'Save card',
    width: 'Width',
  },
  pin: (key: string) => `Pin ${key} to the dashboard`,
  pinned: (key: string) => `${key} is on the dashboard`,
} as const

export type DashboardWords = Words<typeof dashboardEnglish>
export const dashboardText = words('dashboard', dashboardEnglish)
