import type { OpcuaConnectorConfig } from '../../../../shared/config/opcua.ts'

/** What a connection needs of a connector's configuration. */
export type OpcuaServer = Pick<
  OpcuaConnectorConfig,
  | 'endpointUrl'
  | 'securityMode'
  | 'securityPolicy'
  | 'identity'
  | 'allowUnencryptedPassword'
  | 'allowDeprecatedUntil'
  | 'sessionTimeoutMs'
  | 'requestTimeoutMs'
>
