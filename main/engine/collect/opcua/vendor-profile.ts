// What is known of servers beyond what they say of themselves (from the field, and from profiles other clients publish).
// A profile only ever makes requests smaller or leaves something out; a server nobody knows gets small requests that grow.

export interface VendorProfile {
  readonly name: string
  readonly isKnown: boolean
  /** Operations in one call. */
  readonly batch: number
  /** Monitored items on one subscription. */
  readonly itemsPerSubscription: number
  /** False: DataChangeFilters are refused, so none is asked for. */
  readonly takesFilters: boolean
}

const unknownServer: VendorProfile = {
  name: 'unknown',
  isKnown: false,
  // Where to begin; pace.ts lets it grow up to what the server allows.
  batch: 100,
  itemsPerSubscription: 10_000,
  takesFilters: true,
}

const knownServer: VendorProfile = { ...unknownServer, isKnown: true }

/** The first whose pattern is in manufacturer and product name, lower case. */
const profiles: readonly (readonly [pattern: RegExp, profile: VendorProfile])[] = [
  [/kepware|kepserverex|ptc inc/, { ...knownServer, name: 'Kepware', batch: 1000, itemsPerSubscription: 4000 }],
  [/ignition|inductive automation/, { ...knownServer, name: 'Ignition', batch: 100 }],
  // More than 200 in a call are about 50 times slower although it says 1000.
  [/s7-?1200/, { name: 'Siemens S7-1200', isKnown: true, batch: 100, itemsPerSubscription: 1000, takesFilters: false }],
  [/s7-?1500|simatic/, { ...knownServer, name: 'Siemens S7-1500', batch: 500 }],
  [/prosys/, { ...knownServer, name: 'Prosys', batch: 800 }],
  // MaxNodesPerRead counts each attribute.
  [/wago/, { ...knownServer, name: 'WAGO', batch: 100 }],
  [/node-?opcua|open62541|unified automation|milo/, { ...knownServer, name: 'PC server', batch: 1000 }],
]

export function profileOf(manufacturer: string, product: string): VendorProfile {
  const text = `${manufacturer} ${product}`.toLowerCase()
  return profiles.find(([pattern]) => pattern.test(text))?.[1] ?? unknownServer
}
