import { expect, test } from 'vitest'
import { trayIconPixels, trayIconStates } from '../../main/shell/icons/tray-icon.ts'
import { trayView } from '../../main/shell/tray-view.ts'
import { chooseShellLanguage } from '../../main/shell/words.ts'
import { inWords, said, saidOfError } from '../../shared/said/said.ts'
import type { GatewayStatus, Issue } from '../../shared/status.ts'

const running = { state: 'running', detail: '' } as const

function status(part: Partial<GatewayStatus>): GatewayStatus {
  return {
    summary: 'delivering',
    detail: '',
    balance: { accepted: 0, delivered: 0, pending: 0, inFlight: 0, quarantined: 0, dropped: 0, droppedByReason: {} },
    rates: { known: true, receivedPerSecond: 0, acceptedPerSecond: 0, deliveredPerSecond: 0 },
    ...part,
  } as GatewayStatus
}

function issue(part: Partial<Issue>): Issue {
  return {
    id: '1',
    code: 'HOST_UNREACHABLE',
    severity: 'error',
    subject: 'line-3',
    subjectName: 'Line 3',
    message: 'does not answer',
    hint: '',
    evidence: '',
    since: 0,
    lastSeen: 0,
    count: 1,
    ...part,
  }
}

test('two states never share an outline', () => {
  const outlines = trayIconStates.map((state) => {
    const pixels = trayIconPixels(state, 16)
    return pixels
      .filter((_, at) => at % 4 === 3)
      .map((alpha) => (alpha > 127 ? 1 : 0))
      .join('')
  })
  expect(new Set(outlines).size).toBe(trayIconStates.length)
  for (const outline of outlines) expect(outline).toContain('1')
})

test('while delivering the menu holds no number that changes with every value', () => {
  const slow = status({ rates: { known: true, receivedPerSecond: 1, acceptedPerSecond: 1, deliveredPerSecond: 1 } })
  const fast = status({ rates: { known: true, receivedPerSecond: 9, acceptedPerSecond: 9, deliveredPerSecond: 9 } })
  expect(trayView(running, slow, []).state).toBe(trayView(running, fast, []).state)
  expect(trayView(running, fast, []).tooltip).toBe('Delivering · 540 values/min')
})

test('says the cause first when it buffers, and how much waits', () => {
  const view = trayView(
    running,
    status({
      summary: 'buffering',
      detail: 'ThingsBoard unreachable since 13:41',
      balance: { ...status({}).balance, pending: 18_204 },
    }),
    [],
  )
  expect(view).toMatchObject({
    icon: 'buffering',
    tooltip: 'Buffering: ThingsBoard unreachable since 13:41 · 18,204 waiting',
  })
})

test('an engine that is not running shows as such, whatever the last status said', () => {
  const view = trayView({ state: 'restarting', detail: 'The engine stopped unexpectedly' }, status({}), [])
  expect(view).toMatchObject({ icon: 'attention', state: 'Restarting: The engine stopped unexpectedly' })
})

test('lists at most three open issues, newest first, and counts the rest', () => {
  const issues = [1, 2, 3, 4, 5].map((since) => issue({ since, message: `message ${since}` }))
  const view = trayView(running, status({}), [
    ...issues,
    issue({ severity: 'info', since: 9 }),
    issue({ closedAt: 1, since: 9 }),
  ])
  expect(view.issues).toEqual(['▲ Line 3: message 5', '▲ Line 3: message 4', '▲ Line 3: message 3', '2 more…'])
})

test('a long or many-lined message is one short line', () => {
  const view = trayView(running, status({ summary: 'attention', detail: `x\n${'y'.repeat(500)}` }), [])
  expect(view.tooltip.length).toBeLessThanOrEqual(120)
  expect(view.state).not.toContain('\n')
})

test('causes and issues of the engine are in the language of the tray, unknown ones in English', () => {
  chooseShellLanguage('de')
  const detail = said('gateway.sourceDown', {
    name: 'Line 3',
    detail: saidOfError({ code: 'CONNECTION_REFUSED', message: 'refused by 10.0.0.3', hint: '' }).detail,
    more: 1,
  })
  const view = trayView(running, status({ summary: 'attention', ...inWords({ detail }) }), [issue({})])
  expect(view.state).toBe('Eingriff nötig: Line 3: Unter dieser Adresse antwortet kein Dienst und 1 weitere')
  expect(view.issues).toEqual(['▲ Line 3: Der Host ist nicht erreichbar'])
  const newer = { detail: 'Something new', said: { detail: { code: 'gateway.new', text: 'Something new' } } }
  expect(trayView(running, status({ summary: 'attention', ...newer }), []).state).toBe('Eingriff nötig: Something new')
  chooseShellLanguage('en')
})

test('the tray speaks the language of the desktop, and English where it has no other', () => {
  const first = (locale: string): string => {
    chooseShellLanguage(locale)
    return trayView(running, status({ summary: 'buffering', detail: '' }), []).state
  }
  expect(['de-AT', 'zh-CN', 'fr-FR', 'en-US'].map(first)).toEqual(['Puffert', '正在缓存', 'Buffering', 'Buffering'])
})
