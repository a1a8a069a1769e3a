/** What the sender needs of a session. */
export interface Publisher {
  readonly lastHeardMs: number
  publish(topic: string, payload: Buffer | string, acked: (reasonCode: number) => void): void
  ping(): void
}
