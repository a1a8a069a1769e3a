import { expect, test } from 'vitest'
import { contentSecurityPolicy } from '../../main/headless/ui-files.ts'
import { contentSecurityPolicy as desktopPolicy } from '../../main/shell/app-protocol.ts'

test('a browser gets the policy of the desktop window, word for word', () => {
  expect(contentSecurityPolicy).toBe(desktopPolicy)
})
