import { type Socket, connect as tcpConnect } from 'node:net'
import { connect as tlsConnect } from 'node:tls'

// Whether an MQTT broker answers at an address: one CONNECT, one CONNACK, goodbye. Nothing is subscribed or published.

/** CONNECT of MQTT 3.1.1, clean session, no client identifier, keep alive 10 s [MQTT-3.1.3-7]. */
const connectPacket = Buffer.from([0x10, 0x0c, 0x00, 0x04, 0x4d, 0x51, 0x54, 0x54, 0x04, 0x02, 0x00, 0x0a, 0x00, 0x00])
const disconnectPacket = Buffer.from([0xe0, 0x00])
const connackType = 0x20

export interface ProbedBroker {
  /** It wants a user name or certificate. */
  readonly wantsSignIn: boolean
}

/** Undefined when something else, or nothing, answers within `timeoutMs`. Never rejects. */
export function probeMqtt(
  address: { readonly host: string; readonly port: number; readonly tls: boolean },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ProbedBroker | undefined> {
  const { host, port, tls } = address
  return new Promise((resolve) => {
    // Only whether it speaks MQTT is asked here; its certificate is judged when somebody connects for real.
    const socket: Socket = tls ? tlsConnect({ host, port, rejectUnauthorized: false }) : tcpConnect({ host, port })
    const end = (found: ProbedBroker | undefined): void => {
      clearTimeout(late)
      signal.removeEventListener('abort', stop)
      socket.destroy()
      resolve(found)
    }
    const stop = (): void => end(undefined)
    const late = setTimeout(stop, timeoutMs)
    signal.addEventListener('abort', stop, { once: true })
    let received = Buffer.alloc(0)
    socket.once(tls ? 'secureConnect' : 'connect', () => socket.write(connectPacket))
    socket.on('data', (part: Buffer) => {
      received = Buffer.concat([received, part])
      if (received.length < 4) return
      if (received[0] !== connackType) return end(undefined)
      socket.write(disconnectPacket)
      end({ wantsSignIn: received[3] !== 0 })
    })
    socket.on('error', stop)
    socket.once('close', stop)
    if (signal.aborted) stop()
  })
}

/** Whether a port takes connections. Never rejects. */
export function isPortOpen(host: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = tcpConnect({ host, port })
    const end = (isOpen: boolean): void => {
      clearTimeout(late)
      signal.removeEventListener('abort', stop)
      socket.destroy()
      resolve(isOpen)
    }
    const stop = (): void => end(false)
    const late = setTimeout(stop, timeoutMs)
    signal.addEventListener('abort', stop, { once: true })
    socket.once('connect', () => end(true))
    socket.once('error', stop)
    if (signal.aborted) stop()
  })
}
