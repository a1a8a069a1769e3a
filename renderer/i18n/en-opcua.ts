import { type Words, words } from './locale.ts'

/** The OPC UA source: connecting, collecting, rules, events and tags. */
const opcuaEnglish = {
  tabs: { rules: 'Rules', events: 'Events', tags: 'Tags' },
  security: {
    deprecated: 'Allow deprecated policies for a limited time',
    deprecatedHint: 'Basic256 and Basic128Rsa15, for servers that offer nothing else.',
    until: 'Allowed until the end of (UTC)',
    warning: (date: string) =>
      `These policies rest on SHA-1 and old RSA padding and can be broken: somebody on the network can read and forge values. Allowed until ${date}, then the gateway refuses them again.`,
    expired: (date: string) => `The permission ended on ${date}. The gateway refuses these policies.`,
    notAllowed: 'This policy is broken. The gateway refuses it unless deprecated policies are allowed below.',
    deprecatedChoice: (policy: string) => `${policy} (deprecated)`,
  },
  signIn: {
    certificate: 'X.509 certificate',
    certFile: 'Certificate of the user',
    keyFile: 'Private key',
    files: 'PEM file on the PC of the gateway, readable for the account the gateway runs under.',
  },
  collection: {
    mode: 'How to collect',
    modes: {
      auto: 'Subscribe, read where the server can not',
      subscribe: 'Subscribe only',
      poll: 'Read in turn (polling)',
    },
    modeHints: {
      auto: 'The server reports changes. A server without subscriptions is read at the sampling interval.',
      subscribe: 'The server reports changes. A server without subscriptions is an error.',
      poll: 'Every node is read at its sampling interval. Changes in between are not seen.',
    },
    resume: 'Keep subscriptions while the gateway restarts',
    resumeHint: 'The server then keeps the values of that time for the gateway.',
    backfill: 'Fill gaps from the history of the server',
    backfillHint: 'Where the server keeps history. Gaps that can not be filled are declared.',
    keepAlive: 'Keep alive',
    keepAliveHint: 'Sign of life of an idle subscription.',
    lifetime: 'Lifetime',
    lifetimeHint: 'How long the server keeps a subscription without the gateway.',
  },
  alternates: {
    title: 'Redundant servers',
    hint: 'Other addresses of the same data. The one with the best service level is used.',
    add: 'Add address',
    field: (n: number) => `Redundant server ${n}`,
    remove: (n: number) => `Remove redundant server ${n}`,
  },
  writable: {
    title: 'Nodes that may be written',
    hint: 'NodeIds, browse paths, or patterns of them with * and ?. Nothing else is ever written.',
    add: 'Add node',
    field: (n: number) => `Writable node ${n}`,
    remove: (n: number) => `Remove writable node ${n}`,
  },
  callable: {
    title: 'Methods that may be called',
    hint: 'NodeIds, browse paths, or patterns of them with * and ?. Nothing else is ever called.',
    add: 'Add method',
    field: (n: number) => `Callable method ${n}`,
    remove: (n: number) => `Remove callable method ${n}`,
  },
  endpoints: {
    reported: 'Address the server reports',
    replaced: (reported: string, typed: string) =>
      `The server calls itself ${reported}. The gateway uses the address you typed, ${typed}.`,
    servers: 'Other servers found here',
    takeAddress: (name: string) => `Use the address of ${name}`,
    useAddress: 'Use address',
  },
} as const
export type OpcuaWords = Words<typeof opcuaEnglish>
export const opcuaText = words('opcua', opcuaEnglish)
