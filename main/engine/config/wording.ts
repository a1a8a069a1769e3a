import type * as z from 'zod'

/** What zod found, in words for somebody who writes a configuration; messages of the schema itself go first. */
export function wordProblem(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return `is missing; it must be ${inWords(issue.expected)}`
      return `must be ${inWords(issue.expected)}, not ${kindOf(issue.input)}`
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
    case 'too_small':
      if (issue.origin === 'string')
        return issue.minimum === 1 ? 'must not be empty' : `needs ${issue.minimum} characters`
      if (issue.origin === 'array') return `needs at least ${issue.minimum}`
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
    case 'too_big':
      if (issue.origin === 'string') return `must not have more than ${issue.maximum} characters`
      if (issue.origin === 'array') return `must not have more than ${issue.maximum} entries`
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
    case 'invalid_union':
      return issue.discriminator === undefined ? undefined : unknownKind(issue)
    default:
      return undefined
  }
}

function unknownKind(issue: { readonly input?: unknown; readonly options?: readonly unknown[] | undefined }): string {
  const known = issue.options?.map((option) => JSON.stringify(option)).join(' or ')
  return known ? `must be ${known}` : 'is not a known kind'
}

const names: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object { … }',
  array: 'a list [ … ]',
}

const inWords = (expected: string): string => names[expected] ?? expected

const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'an object'
        : `the ${typeof value} ${JSON.stringify(value)?.slice(0, 60)}`
