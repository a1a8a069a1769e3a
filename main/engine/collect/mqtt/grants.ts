import type { Grant } from './broker-session.ts'

/** Why the broker granted no subscription, by SUBACK code (MQTT 5, 3.9.3; 3.1.1 knows 0x80 only). */
export function grantProblem({ filter, code }: Grant): { readonly message: string; readonly hint: string } {
  const [why, hint] = reasons.get(code) ?? unknownReason
  return { message: `The broker does not let the gateway subscribe to ${filter}: ${why}`, hint }
}

const unknownReason = [
  'it gives no reason',
  'Check what the user of this connection may read at the broker (ACL). Other topics go on.',
] as const

const reasons: ReadonlyMap<number, readonly [string, string]> = new Map([
  [
    0x87,
    ['not authorized', 'Let the user of this connection read these topics at the broker (ACL). Other topics go on.'],
  ],
  [0x8f, ['it does not accept the filter', 'Correct the topic filter. Other topics go on.']],
  [0x97, ['a quota is exceeded', 'Raise the limit of subscriptions at the broker. Other topics go on.']],
  [0x9e, ['it knows no shared subscriptions', 'Remove $share/… from the filter. Other topics go on.']],
  [0xa2, ['it allows no wildcards', 'Use filters without + and #. Other topics go on.']],
])
