import type { IssueReport } from '../../observe/issues.ts'

export const trialSubject = 'trial'

const common = { code: 'CONFIG_ROLLED_BACK', subject: trialSubject, subjectName: 'Configuration' } as const

export const takenBack = (failed: number, before: number, why: string): IssueReport => ({
  ...common,
  severity: 'warning',
  message: `Version ${failed} of the configuration was taken back because ${why}; what ran before (${nameOf(before)}) runs again.`,
  hint: 'The draft still holds what was applied: correct it there and apply it again.',
})

export const notTakenBack = (failed: number, before: number, why: string, cause: string): IssueReport => ({
  ...common,
  severity: 'error',
  message: `Version ${failed} of the configuration should be taken back because ${why}, but that failed: ${cause}.`,
  hint: `Restore ${nameOf(before)} under Versions and apply it.`,
})

const nameOf = (version: number): string => (version === 0 ? 'an empty configuration' : `version ${version}`)
