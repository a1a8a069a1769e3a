import type { EventChannel } from '../../shared/api/channels.ts'
import type { EnginePort } from './engine-port.ts'
import { eventChannelName } from './ipc-server.ts'
import type { MainWindow } from './window.ts'

// Passes the engine's events to the window while it is visible. Every event is a snapshot, so the newest one of each channel
// is enough to bring a page up to date that was hidden, reloaded or made anew.

export class WindowEvents {
  readonly #newest = new Map<EventChannel, unknown>()
  readonly #window: MainWindow

  constructor(window: MainWindow) {
    this.#window = window
  }

  /** Returns the undo. */
  follow(engine: EnginePort): () => void {
    return engine.onEvent((channel, payload) => {
      this.#newest.set(channel, payload)
      this.#window.send(eventChannelName, channel, payload)
    })
  }

  /** For a page that has just become visible. */
  resend(): void {
    for (const [channel, payload] of this.#newest) this.#window.send(eventChannelName, channel, payload)
  }
}
