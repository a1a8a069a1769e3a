import { expect, test } from 'vitest'
import { parseArguments } from '../../main/shell/command-line.ts'
import { nodeVersionProblem } from '../../main/shell/product.ts'

test('a missing folder after --data is a sentence, not a folder', () => {
  for (const argv of [['--data'], ['--data='], ['--data', '--hidden']]) {
    expect(parseArguments(argv, {}, '/')).toMatch(/needs the path of a folder/)
  }
})

test("--data wins over the environment, and a relative path is the caller's", () => {
  expect(parseArguments(['--data', 'plant'], { TB_GW_DATA: '/env' }, '/home/op')).toMatchObject({
    dataDir: '/home/op/plant',
  })
  expect(parseArguments([], { TB_GW_DATA: '/env' }, '/')).toMatchObject({ dataDir: '/env' })
  expect(parseArguments([], {}, '/')).toMatchObject({ dataDir: undefined })
})

test("leaves Chromium's and Playwright's arguments alone", () => {
  const argv = ['--no-sandbox', '--remote-debugging-port=0', '.', '--hidden', '--enable-features=X', '--demo']
  expect(parseArguments(argv, {}, '/')).toEqual({ dataDir: undefined, hidden: true, demo: true })
})

test('a Node that better-sqlite3 crashes under is refused with a sentence', () => {
  expect(nodeVersionProblem('20.20.2')).toMatch(/Node 22.13 or newer/)
  expect(nodeVersionProblem('22.12.0')).toMatch(/22.12.0/)
  expect(nodeVersionProblem('22.13.0')).toBeUndefined()
  expect(nodeVersionProblem('24.18.1')).toBeUndefined()
})
