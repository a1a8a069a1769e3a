import { type Words, words } from './locale.ts'

const storageEnglish = {
  form: 'Storage settings',
  maxBytes: 'Keep up to',
  maxBytesHint: 'Files included. Alarms come at 70, 85 and 95 %.',
  maxAge: 'For at most',
  maxAgeHint: (words: string) => `= ${words}. Older values are given up.`,
  whenFull: 'When it is full',
  choices: {
    block: 'Sources wait',
    'drop-oldest': 'Give up the oldest values',
    'drop-newest': 'Give up new values',
  },
  explain: {
    block: [
      'Nothing that was accepted is ever given up.',
      'MQTT brokers keep their messages for the gateway, as far as their own queues reach.',
      'OPC UA servers fill the queues of their items and then overwrite the oldest changes there.',
    ],
    'drop-oldest': [
      'ThingsBoard gets a gap at the beginning of the outage and everything after it.',
      'Each value given up is counted in the ledger with cause and time.',
    ],
    'drop-newest': [
      'ThingsBoard gets everything from the beginning of the outage until the storage was full, and a gap after it.',
      'Each value given up is counted in the ledger with cause and time.',
    ],
  },
  classes:
    'A key can differ from this: guaranteed values always make their source wait, recent ones always give up the oldest, of latest ones only the newest waits. See the key under Sources.',
  preallocate: 'Take the disk space beforehand',
  preallocateHint: 'Then other programs that fill the disk can not stop the gateway.',
  commit: 'Commit within',
  commitHint: 'Shorter: acknowledged earlier to the source. Longer: less writing.',
  lasts: 'How long it lasts',
  lastsWords: (rate: string, time: string) => `At ${rate} values/s an outage of about ${time} fits.`,
  lastsUnknown: 'Known once some values wait: their size on disk tells how long an outage fits.',
  free: (used: string, limit: string) => `${used} of ${limit} are in use now.`,
  conflict: 'Somebody else changed the storage settings meanwhile. Your edits are still here.',
  applied: 'Takes effect with Review & apply; what waits stays.',
} as const
export type StorageWords = Words<typeof storageEnglish>
export const storageText = words('storage', storageEnglish)
