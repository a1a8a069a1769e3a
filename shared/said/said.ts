import * as z from 'zod'
import { sentences } from './sentences.ts'

// What the engine says in sentences: in English for logs, files, the command line and scripts, and by code and parameters for a
// page in another language. The English stays in the field it always was in (`detail`, `hint` ...); beside it, under `said`,
// the same by field name. Errors need no sentence of their own: their code says what happened and what to do.

type Simple = string | number | boolean | undefined
/** Parameters can be sentences themselves: `Line 1: connecting`. */
export type SaidParameter = Simple | Said | readonly Said[]

export interface Said {
  readonly code: string
  readonly params?: Readonly<Record<string, SaidParameter>> | undefined
  readonly text: string
}

const simple = z.union([z.string(), z.number(), z.boolean(), z.undefined()])
const saidSchema: z.ZodType<Said> = z.lazy(() =>
  z.object({
    code: z.string(),
    params: z.record(z.string(), z.union([simple, saidSchema, z.array(saidSchema)])).optional(),
    text: z.string(),
  }),
)

/** The sentences of an object by the names of its fields; lists of sentences in the order of the field. */
export const saidFieldsSchema = z.record(z.string(), z.union([saidSchema, z.array(saidSchema)])).optional()
export type SaidFields = z.infer<typeof saidFieldsSchema>

export type SentenceCode = keyof typeof sentences
/** A text can be a sentence of its own. */
type Given<P> = { readonly [K in keyof P]: P[K] | (string extends P[K] ? Said | readonly Said[] : never) }
type ParametersOf<C extends SentenceCode> = (typeof sentences)[C] extends (params: infer P) => string
  ? [params: Given<P>]
  : []

export function said<C extends SentenceCode>(code: C, ...[params]: ParametersOf<C>): Said {
  const sentence = sentences[code] as string | ((params: unknown) => string)
  if (typeof sentence === 'string') return { code, text: sentence }
  const given = params as Readonly<Record<string, SaidParameter>>
  return { code, params: given, text: sentence(resolved(given, (one) => one.text, '; ')) }
}

/** What is the same in every language: a name, an address, what another program said. */
export const asIs = (text: string): Said => ({ code: '', text })

/** What went wrong and what to do, by the code of the error. */
export function saidOfError({
  code,
  message,
  hint,
}: {
  readonly code: string
  readonly message: string
  readonly hint: string
}) {
  return {
    detail: { code: `${errorPrefix}${code}`, text: message },
    hint: { code: hint === '' ? '' : `${todoPrefix}${code}`, text: hint },
  } satisfies Record<string, Said>
}

export const errorPrefix = 'error.'
export const todoPrefix = 'todo.'

/** Fields of an object: their English where it is read by scripts, and all of it under `said`. */
export function inWords<F extends Readonly<Record<string, Said | readonly Said[]>>>(
  fields: F,
): { [K in keyof F]: F[K] extends Said ? string : string[] } & { said: NonNullable<SaidFields> } {
  const english: Record<string, string | string[]> = {}
  const sentencesByField: Record<string, Said | Said[]> = {}
  for (const [name, value] of Object.entries(fields)) {
    english[name] = isList(value) ? value.map(({ text }) => text) : value.text
    sentencesByField[name] = isList(value) ? [...value] : value
  }
  return { ...english, said: sentencesByField } as ReturnType<typeof inWords<F>>
}

/** A field as a sentence, also where it has none by code. */
export function sentenceOf<F extends string>(of: { readonly [K in F]: string } & WithSaid, field: F): Said {
  const known = of.said?.[field]
  return known && !isList(known) ? known : asIs(of[field])
}

/** The same of a list. */
export function sentencesOf<F extends string>(
  of: { readonly [K in F]: readonly string[] } & WithSaid,
  field: F,
): Said[] {
  const known = of.said?.[field]
  return of[field].map((text, at) => (known && isList(known) ? known[at] : undefined) ?? asIs(text))
}

interface WithSaid {
  readonly said?: SaidFields
}

/** Parameters with the sentences among them said by `tell`. */
export function resolved(
  params: Readonly<Record<string, SaidParameter>>,
  tell: (said: Said) => string,
  between: string,
): Record<string, Simple> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (isList(value)) return [name, value.map(tell).join(between)]
      return [name, typeof value === 'object' ? tell(value) : value]
    }),
  )
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value)
}
