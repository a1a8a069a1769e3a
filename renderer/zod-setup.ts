import * as z from 'zod'
import { formatCount } from './format.ts'
import { checksText as text } from './i18n/en-checks.ts'

/**
 * zod compiles checks with `new Function`, which the content security policy forbids; and its default messages speak of
 * strings and types. Schemas with a message of their own keep it.
 */
export function setUpZod(): void {
  z.config({ jitless: true, customError: (issue) => plainMessage(issue) })
}

type RawIssue = Parameters<NonNullable<ReturnType<typeof z.config>['customError']>>[0]

function plainMessage(issue: RawIssue): string | undefined {
  if (issue.input === undefined || issue.input === '' || issue.input === null) return text.needed
  if (issue.code === 'too_small') {
    const least = formatCount(Number(issue.minimum))
    if (issue.origin === 'string') return text.leastCharacters(least)
    return issue.origin === 'array' ? text.leastOneEntry : text.least(least)
  }
  if (issue.code === 'too_big') {
    const most = formatCount(Number(issue.maximum))
    if (issue.origin === 'string') return text.mostCharacters(most)
    return issue.origin === 'array' ? text.mostEntries(most) : text.most(most)
  }
  if (issue.code === 'invalid_type') return issue.expected === 'int' ? text.wholeNumber : text.kind(issue.expected)
  return undefined
}
