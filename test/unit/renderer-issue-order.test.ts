import { expect, test } from 'vitest'
import { inOrder } from '../../renderer/screens/overview/issue-order.ts'
import type { Issue } from '../../shared/status.ts'

const issue = (code: Issue['code'], severity: Issue['severity'], since: number): Issue => ({
  id: `${code} ${since}`,
  code,
  severity,
  subject: 'plc',
  subjectName: 'PLC',
  message: '',
  hint: '',
  evidence: '',
  since,
  lastSeen: since,
  count: 1,
  closedAt: undefined,
})

test('an untrusted certificate stands above values that can not be sent, however new it is', () => {
  const codes = inOrder([
    issue('UPLINK_VALUE_REFUSED', 'error', 1),
    issue('MAP_NO_VALUE', 'error', 2),
    issue('OPCUA_CERTIFICATE_UNTRUSTED', 'error', 900),
  ]).map((i) => i.code)
  expect(codes).toEqual(['OPCUA_CERTIFICATE_UNTRUSTED', 'UPLINK_VALUE_REFUSED', 'MAP_NO_VALUE'])
})

test('severity comes first, then age: what has waited longest is not pushed down by what just came', () => {
  const ids = inOrder([
    issue('OPCUA_SILENT', 'warning', 10),
    issue('OPCUA_SILENT', 'error', 300),
    issue('OPCUA_SILENT', 'error', 200),
    issue('OPCUA_SILENT', 'info', 1),
  ]).map((i) => i.id)
  expect(ids).toEqual(['OPCUA_SILENT 200', 'OPCUA_SILENT 300', 'OPCUA_SILENT 10', 'OPCUA_SILENT 1'])
})
