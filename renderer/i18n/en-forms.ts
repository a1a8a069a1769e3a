import { type Words, words } from './locale.ts'

const formEnglish = {
  stored: 'Stored',
  storedAs: (reference: string) => `Stored as ${reference}`,
  replace: 'Replace',
  replaceNamed: (field: string) => `Replace ${field}`,
  keepStored: 'Keep the stored one',
  show: 'Show or hide what is typed',
  save: 'Add to draft',
  saving: 'Adding…',
  discard: 'Discard edits',
  unsaved: 'Not in the draft yet',
  invalid: (n: number) => (n === 1 ? '1 field needs correction' : `${n} fields need correction`),
  elsewhere: 'Also refused:',
  conflict: 'Somebody else changed this source meanwhile. Your edits are still here.',
  keepMine: 'Put mine over it',
  takeTheirs: 'Take theirs',
  advanced: 'Advanced',
  test: {
    button: 'Test',
    running: 'Testing…',
    title: 'Connection test',
    idle: 'Test tries the connection step by step with what is in the form. It changes nothing.',
    states: { ok: 'OK', failed: 'Failed', warning: 'Look', skipped: 'Not tried' },
    allOk: 'All steps passed.',
    warned: 'It works; look at what is marked.',
    stopped: (step: string) => `Stops at: ${step}`,
    again: 'Test again',
    changed: 'The form was changed after this test.',
    /** By the engine's names; English has none of its own. */
    steps: {} as Readonly<Record<string, string>>,
  },
  certificate: {
    question: 'Do you trust this server?',
    explain:
      'The server identified itself with a certificate this gateway has not seen before. Compare the fingerprint with the one the server shows in its own configuration.',
    subject: 'Issued to',
    issuer: 'Issued by',
    selfSigned: 'itself (self-signed)',
    hosts: 'Made for',
    uri: 'Application URI',
    valid: 'Valid',
    fingerprint: 'SHA-256',
    trust: 'Trust this server',
    trusting: 'Trusting…',
    noHosts: 'no host name',
    range: (from: string, to: string) => `${from} to ${to}`,
  },
} as const
export type FormWords = Words<typeof formEnglish>
export const formText = words('form', formEnglish)
