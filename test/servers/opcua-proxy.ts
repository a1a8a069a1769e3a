import { connect, createServer, type Socket } from 'node:net'

export interface Proxy {
  readonly port: number
  /** Every connection ends at once, without a goodbye. */
  cut(): void
  /** Present connections stay open and carry nothing any more, as after sleep; new ones work. */
  strand(): void
  /** True: new connections are refused. */
  refuse(refused: boolean): void
  /** True: bytes go nowhere, connections stay open, like a server that hangs. */
  freeze(frozen: boolean): void
  close(): Promise<void>
}

/** A cable between client and server that can be pulled out. */
export async function startProxy(targetPort: number): Promise<Proxy> {
  const sockets = new Set<Socket>()
  const stranded = new WeakSet<Socket>()
  let isRefusing = false
  let isFrozen = false
  const server = createServer((near) => {
    if (isRefusing) {
      near.destroy()
      return
    }
    const far = connect(targetPort, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => isFrozen || stranded.has(from) || to.write(bytes))
      from.on('error', () => undefined)
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: address.port,
    cut,
    strand() {
      for (const socket of sockets) stranded.add(socket)
    },
    refuse(refused) {
      isRefusing = refused
    },
    freeze(frozen) {
      isFrozen = frozen
    },
    async close() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
