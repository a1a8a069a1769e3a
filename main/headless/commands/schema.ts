import * as z from 'zod'
import { gatewaySchema } from '../../../shared/config/gateway.ts'
import { type Command, exitCodes, parseCommand, print } from '../command.ts'

export const schemaCommand: Command = {
  usage: 'schema',
  about: 'Prints the JSON Schema of gateway.json, for editors and scripts.',
  async run(args) {
    parseCommand(args, {})
    const schema = z.toJSONSchema(gatewaySchema, { io: 'input' })
    print(JSON.stringify({ ...schema, title: 'gateway.json of the ThingsBoard IoT Gateway' }, undefined, 2))
    return exitCodes.fine
  },
}
