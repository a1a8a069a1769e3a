import type { Issue } from '../../../shared/status.ts'
import type { Tone } from '../../components/state-mark.tsx'

export const issueTones: Record<Issue['severity'], Tone> = { error: 'bad', warning: 'warn', info: 'busy' }
