import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron'
import { eventChannels, requestChannels } from '../shared/api/channels.ts'

// The only thing the page sees of Electron: two functions over a closed list of names. Payloads are checked by the main
// process (shell/ipc-server.ts); this file only refuses names that are not part of the contract.

type Listener = (payload: unknown) => void

const requestNames: ReadonlySet<string> = new Set(requestChannels)
const listeners = new Map<string, Set<Listener>>(eventChannels.map((channel) => [channel, new Set()]))

ipcRenderer.on('gateway:event', (_event: IpcRendererEvent, channel: unknown, payload: unknown) => {
  if (typeof channel !== 'string') return
  for (const listener of listeners.get(channel) ?? []) listener(payload)
})

contextBridge.exposeInMainWorld('gateway', {
  request(channel: string, input: unknown): Promise<unknown> {
    if (!requestNames.has(channel)) return Promise.reject(new Error(`Unknown request channel: ${String(channel)}`))
    return ipcRenderer.invoke('gateway:request', channel, input)
  },
  on(channel: string, listener: Listener): () => void {
    const set = listeners.get(channel)
    if (!set) throw new Error(`Unknown event channel: ${String(channel)}`)
    // Its own function per call, so that the same listener given twice is called twice and undone once.
    const entry: Listener = (payload) => listener(payload)
    set.add(entry)
    return () => set.delete(entry)
  },
})
