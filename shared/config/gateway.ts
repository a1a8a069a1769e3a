import * as z from 'zod'
import { mqttConnectorSchema } from './mqtt.ts'
import { opcuaConnectorSchema } from './opcua.ts'
import { storageSchema } from './storage.ts'
import { thingsboardSchema } from './thingsboard.ts'

export const connectorSchema = z.discriminatedUnion('type', [opcuaConnectorSchema, mqttConnectorSchema])

/** `gateway.json`. Version 1; older versions are migrated by main/engine/config before they meet this schema. */
export const gatewaySchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(120).default('Gateway'),
  /** Absent until somebody connects ThingsBoard: the gateway then collects and keeps. */
  thingsboard: thingsboardSchema.optional(),
  storage: storageSchema.prefault({}),
  connectors: z
    .array(connectorSchema)
    .max(100)
    .default([])
    .superRefine((connectors, context) => {
      const seen = new Map<string, number>()
      connectors.forEach((connector, index) => {
        const first = seen.get(connector.id)
        if (first === undefined) seen.set(connector.id, index)
        else
          context.addIssue({
            code: 'custom',
            path: [index, 'id'],
            message: `"${connector.id}" is used by connectors[${first}] already`,
          })
      })
    }),
})

export type GatewayConfig = z.infer<typeof gatewaySchema>
export type ConnectorConfig = z.infer<typeof connectorSchema>

/** One thing wrong with a configuration: where, and what to do. `path` as in `connectors[0].endpointUrl`. */
export interface ConfigProblem {
  readonly path: string
  readonly message: string
}

export function toProblems(error: z.ZodError): ConfigProblem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: pathText([...issue.path, key]),
        message: 'is not a known field; remove it or check its spelling',
      }))
    }
    return [{ path: pathText(issue.path), message: issue.message }]
  })
}

function pathText(path: readonly PropertyKey[]): string {
  let text = ''
  for (const part of path) text += typeof part === 'number' ? `[${part}]` : `${text ? '.' : ''}${String(part)}`
  return text || '(whole file)'
}
