import type { MqttClient } from 'mqtt'

// MQTT.js sends the PUBACK by itself, straight after `handleMessage` called back, and parses nothing more until then: holding
// the callback until a commit limits intake to one message per commit (183/s measured). So the callback is called at once, the
// PUBACK is swallowed here and written later by `writePubacks`. Relies on the private `_sendPacket`; pinned to mqtt 5.16 and
// guarded by test/contract/mqtt-client-private.test.ts.

type SendPacket = (packet: { readonly cmd: string }, done?: (error?: Error) => void, ...rest: unknown[]) => void

interface Private {
  _sendPacket: SendPacket
}

/** From now on the client acknowledges no QoS 1 message by itself. */
export function holdPubacks(client: MqttClient): void {
  const inside = client as unknown as Private
  const send = inside._sendPacket.bind(client)
  inside._sendPacket = (packet, done, ...rest) => {
    if (packet.cmd === 'puback') done?.()
    else send(packet, done, ...rest)
  }
}

/**
 * PUBACK with two bytes of packet identifier means success in MQTT 3.1.1 (3.4) and MQTT 5 (3.4.2.1) alike, so one buffer
 * acknowledges many messages with one write.
 */
export function writePubacks(client: MqttClient, messageIds: readonly number[]): void {
  const bytes = Buffer.allocUnsafe(messageIds.length * 4)
  let at = 0
  for (const id of messageIds) {
    bytes[at++] = 0x40
    bytes[at++] = 2
    bytes[at++] = id >>> 8
    bytes[at++] = id & 0xff
  }
  if (client.stream.writable) client.stream.write(bytes)
}
