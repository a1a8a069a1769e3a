import { GatewayError } from '../../kit/gateway-error.ts'

/**
 * `auto` never ends in the open where it was secured before: that is what an attacker on the way would make of it.
 * Undefined when the connection is as good as the one of before.
 */
export function downgradeError(address: string, unsecured: boolean, securedBefore: boolean): GatewayError | undefined {
  if (!unsecured || !securedBefore) return undefined
  return new GatewayError(
    'OPCUA_SECURITY_DOWNGRADE',
    `${address} offers no security any more, although the last connection was secured`,
    {
      retry: 'after-config-change',
      hint: 'Find out why. If the server is meant to be open from now on, choose the security None.',
    },
  )
}
