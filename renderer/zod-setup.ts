import * as z from 'zod'

/**
 * zod compiles checks with `new Function`, which the content security policy forbids; and its default messages speak of
 * strings and types. Schemas with a message of their own keep it.
 */
export function setUpZod(): void {
  z.config({ jitless: true, customError: (issue) => plainMessage(issue) })
}

type RawIssue = Parameters<NonNullable<ReturnType<typeof z.config>['customError']>>[0]

function plainMessage(issue: RawIssue): string | undefined {
  if (issue.input === undefined || issue.input === '' || issue.input === null) return 'is needed'
  if (issue.code === 'too_small') {
    if (issue.origin === 'string') return `must have at least ${issue.minimum} characters`
    return issue.origin === 'array' ? 'needs at least one entry' : `must be at least ${issue.minimum}`
  }
  if (issue.code === 'too_big') {
    if (issue.origin === 'string') return `must have at most ${issue.maximum} characters`
    return issue.origin === 'array' ? `may have at most ${issue.maximum} entries` : `must be at most ${issue.maximum}`
  }
  if (issue.code === 'invalid_type')
    return issue.expected === 'int' ? 'must be a whole number' : `must be a ${issue.expected}`
  return undefined
}
