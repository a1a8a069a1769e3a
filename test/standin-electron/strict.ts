/** Names that engines and inspectors read of any object. */
const harmless = new Set(['then', 'toJSON', 'inspect', 'constructor'])

/** An object that throws when code reads a name it does not have: what the stand-in lacks must fail loudly, not as undefined. */
export function strict<T extends object>(name: string, target: T): T {
  return new Proxy(target, {
    get(object, key) {
      if (typeof key === 'string' && !(key in object) && !harmless.has(key)) {
        throw new Error(`Electron stand-in: ${name}.${key} is not there. Add it to test/standin-electron.`)
      }
      const value: unknown = Reflect.get(object, key, object)
      // Bound, because private fields are not reachable through a proxy.
      return typeof value === 'function' ? value.bind(object) : value
    },
  })
}

/** Methods of EventEmitter carry Electron's own overloads, which the stand-in does not repeat. */
type EmitterNames = 'on' | 'off' | 'once' | 'addListener' | 'removeListener' | 'emit'

/** The parts of Electron's `T` that are plain members: what `satisfies` compares. */
export type Members<T> = Partial<Omit<T, EmitterNames>>

/** Compiles only when `Stand` has no public name that Electron's `Real` lacks. */
export type OnlyNamesOf<
  Real,
  Stand extends { [Name in keyof Stand]: Name extends keyof Real ? unknown : never },
> = Stand

export interface StandInEvent {
  defaultPrevented: boolean
  preventDefault(): void
}

export function electronEvent<T extends object>(extra: T): T & StandInEvent {
  const event = {
    ...extra,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true
    },
  }
  return event
}

export function mustBeReady(ready: boolean, what: string): void {
  if (!ready) throw new Error(`${what} before app is ready`)
}
