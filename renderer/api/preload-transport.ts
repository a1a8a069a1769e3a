import { eventChannels, type RequestChannel } from '../../shared/api/channels.ts'
import type { Result } from '../../shared/errors.ts'
import { offlineError, type Transport } from './transport.ts'

/** What preload/preload.ts exposes. */
export interface GatewayBridge {
  request(channel: string, input: unknown): Promise<unknown>
  on(channel: string, listener: (payload: unknown) => void): () => void
}

declare global {
  interface Window {
    readonly gateway?: GatewayBridge
  }
}

/** The desktop: IPC through the preload. The link itself can not break; a stopped engine is an event of the host. */
export function createPreloadTransport(bridge: GatewayBridge): Transport {
  return {
    async request(channel: RequestChannel, input: unknown) {
      try {
        return (await bridge.request(channel, input)) as Result<unknown>
      } catch {
        // ipcRenderer.invoke rejects when the main process has no handler (shutting down).
        return offlineError
      }
    },
    onEvent(listener) {
      const undo = eventChannels.map((channel) => bridge.on(channel, (payload) => listener(channel, payload)))
      return () => {
        for (const off of undo) off()
      }
    },
    onLink(listener) {
      listener('online')
      return () => undefined
    },
    logIn() {},
  }
}
