import type { NodeId } from 'node-opcua-client'
import type { MethodArgument } from '../../../../shared/api/opcua-requests.ts'
import { propertiesOf, resolveDataType } from './data-type.ts'
import { hierarchicalReference, referencesOf } from './node-references.ts'
import type { SessionAccess } from './session-access.ts'
import type { WantedType } from './write-value.ts'

// What a method takes and gives: its InputArguments and OutputArguments (Part 3, 5.7), with types resolved.

export interface TypedArgument {
  readonly argument: MethodArgument
  readonly wanted: WantedType
}

export interface MethodShape {
  readonly inputs: readonly TypedArgument[]
  readonly outputs: readonly TypedArgument[]
}

/** As the library decodes an Argument structure (Part 3, 8.6). */
interface RawArgument {
  readonly name?: string | null
  readonly dataType?: NodeId
  readonly valueRank?: number
  readonly description?: { readonly text?: string | null }
}

export async function methodShape(access: SessionAccess, methodId: NodeId): Promise<MethodShape> {
  const properties = await propertiesOf(access, methodId, ['InputArguments', 'OutputArguments'])
  return {
    inputs: await typed(access, properties.get('InputArguments'), 'input'),
    outputs: await typed(access, properties.get('OutputArguments'), 'output'),
  }
}

/** The object a method hangs below; methods are called on an object (Part 4, 5.12.2). */
export async function ownerOf(access: SessionAccess, methodId: NodeId): Promise<NodeId | undefined> {
  const { references } = await referencesOf(access, methodId, 'inverse', hierarchicalReference, 1)
  return references[0]?.nodeId as NodeId | undefined
}

/** Some servers give their arguments no names. */
async function typed(access: SessionAccess, value: unknown, unnamed: string): Promise<TypedArgument[]> {
  if (!Array.isArray(value)) return []
  const result: TypedArgument[] = []
  for (const { name, dataType, valueRank = -1, description } of value as RawArgument[]) {
    const resolved = dataType ? await resolveDataType(access, dataType) : { builtIn: 0, name: '', names: undefined }
    const isArray = valueRank >= 0
    result.push({
      argument: {
        name: name || `${unnamed} ${result.length + 1}`,
        type: `${resolved.name}${isArray ? '[]' : ''}`,
        description: description?.text ?? '',
      },
      wanted: { builtIn: resolved.builtIn, isArray, ...(resolved.names ? { names: resolved.names } : {}) },
    })
  }
  return result
}
