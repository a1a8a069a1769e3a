import * as z from 'zod'

// An edit of a configuration as a list of small steps, so that one changed key of 100,000 is one step to send, to keep and to
// undo. Steps are applied in order; each path is meant on the document as the steps before it left it.

const path = z.array(z.union([z.string().max(4096), z.int().min(0)])).max(32)

export const editStepSchema = z.discriminatedUnion('op', [
  /** Sets a member of an object, or replaces an element of an array. The path of the whole document is empty. */
  z.strictObject({ op: z.literal('set'), path, value: z.json() }),
  /** Removes a member of an object, or an element of an array: those after it move up. */
  z.strictObject({ op: z.literal('remove'), path }),
  /** Puts an element into an array before the index, or at its end. */
  z.strictObject({ op: z.literal('insert'), path, value: z.json() }),
])

export type EditStep = z.infer<typeof editStepSchema>
