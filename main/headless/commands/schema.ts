import * as z from 'zod'
import { gatewaySchema } from '../../../shared/config/gateway.ts'
import { type Command, exitCodes, parseCommand, print } from '../command.ts'

export const schemaCommand: Command = {
  usage: 'schema',
  async run(args) {
    parseCommand(args, {})
    const schema = z.toJSONSchema(gatewaySchema, { io: 'input' })
    print(JSON.stringify({ ...schema, title: 'gateway.json of the ThingsBoard IoT Gateway' }, undefined, 2))
    return exitCodes.fine
  },
}
