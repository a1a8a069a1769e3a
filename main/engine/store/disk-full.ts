import type { ErrorReport } from '../../../shared/errors.ts'
import { GatewayError, toErrorReport } from '../kit/gateway-error.ts'

export const diskFullReport: ErrorReport = toErrorReport(
  new GatewayError('STORE_DISK_FULL', 'The disk with the data folder is full, so nothing more can be kept', {
    hint: 'Free space on that disk. Collecting goes on by itself when there is room again.',
  }),
)
