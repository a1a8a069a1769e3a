/** What has arrived at the ThingsBoard stand-in. */
export interface Arrived {
  readonly messages: number
  readonly datapoints: number
  readonly attributes: number
  readonly devices: number
  /** The same device, key and time again, with the same value: a repeat (D5). */
  readonly duplicates: number
  /** … with another value: a broken promise (D2). */
  readonly conflicts: number
}

export type DemoOrder = { readonly kind: 'counters'; readonly id: number } | { readonly kind: 'stop' }

export type DemoMessage =
  | { readonly kind: 'ready'; readonly opcuaUrl: string; readonly mqttPort: number; readonly thingsboardPort: number }
  | { readonly kind: 'counters'; readonly id: number; readonly counters: Arrived }
  | { readonly kind: 'stopped' }
