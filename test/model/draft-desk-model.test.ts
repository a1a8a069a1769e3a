import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkConfig, checkConfigText } from '../../main/engine/config/load.ts'
import type { GatewayConfig } from '../../shared/config/gateway.ts'
import { isSame } from '../../shared/config/identity.ts'
import { DeskRig } from '../fakes/desk-rig.ts'
import { randomConfig } from '../fakes/random-config.ts'

// Everything that can happen to draft, versions and file, in any order, with crashes in between.

const valid = randomConfig.filter((config) => checkConfig(config).kind === 'valid')

const action = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('edit' as const), to: randomConfig }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('undo' as const, 'redo' as const, 'crash' as const) }) },
  fc.record({
    do: fc.constantFrom('discard' as const, 'restart' as const, 'revert' as const, 'merge' as const, 'decide' as const),
  }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('apply' as const), seconds: fc.constantFrom(0, 10) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('byHand' as const, 'save' as const), to: valid }) },
  fc.record({ do: fc.constant('propose' as const), to: valid }),
  fc.record({ do: fc.constant('restore' as const), back: fc.nat(5) }),
  fc.record({ do: fc.constant('time' as const), seconds: fc.constantFrom(1, 15), works: fc.boolean() }),
)
type Action = typeof action extends fc.Arbitrary<infer A> ? A : never

test('in any order of edits, applies, hand edits, rollbacks and crashes: the file is what runs and the newest version, and no answered edit is lost', async () => {
  await fc.assert(
    fc.asyncProperty(valid, fc.array(action, { minLength: 5, maxLength: 30 }), async (first, actions) => {
      const rig = new DeskRig()
      try {
        rig.write(first)
        rig.delivers = () => false
        await rig.start()
        for (const step of actions) {
          await carryOut(rig, step)
          check(rig)
        }
      } finally {
        await rig.end()
      }
    }),
    { numRuns: 150 },
  )
}, 120_000)

function check(rig: DeskRig): void {
  const { desk } = rig
  const file = checkConfigText(JSON.stringify(rig.read()))
  expect(file.kind === 'valid' && isSame(file.config, withoutClearText(desk.running, file.config))).toBe(true)
  expect(checkConfig(desk.document).kind).toBe('valid')
  const state = desk.state()
  const [newest] = rig.versions()
  expect(newest).toMatchObject({ number: state.base, state: state.trial ? 'trial' : 'running' })
  expect(state.changes === 0).toBe(isSame(desk.document, desk.running))
}

/** The random token is clear text in a file written by hand and a reference everywhere else. */
function withoutClearText(running: GatewayConfig, file: GatewayConfig): GatewayConfig {
  return { ...running, ...(file.thingsboard && { thingsboard: file.thingsboard }) }
}

async function carryOut(rig: DeskRig, step: Action): Promise<void> {
  const { desk } = rig
  const { revision } = desk.state()
  const before = desk.document
  switch (step.do) {
    case 'edit': {
      const steps = [{ op: 'set' as const, path: [], value: step.to as never }]
      const { problems } = await desk.edit({ revision, label: 'x', steps })
      if (problems.length > 0) expect(desk.document).toBe(before)
      break
    }
    case 'undo':
      await desk.undo(revision)
      break
    case 'redo':
      await desk.redo(revision)
      break
    case 'discard':
      expect((await desk.discard(revision)).changes).toBe(0)
      break
    case 'crash':
    case 'restart': {
      const state = desk.state()
      if (step.do === 'restart') await rig.stop()
      await rig.start()
      expect(isSame(rig.desk.document, before)).toBe(true)
      expect(rig.desk.state()).toMatchObject({ undo: state.undo, redo: state.redo, hasProposal: state.hasProposal })
      break
    }
    case 'revert': {
      const { changes } = await desk.compare({ from: desk.state().base, to: 0 })
      const [change] = changes
      // Taking back one change alone may be invalid: then it is refused.
      if (change) await desk.revert(revision, change.id).catch(() => expect(desk.document).toBe(before))
      break
    }
    case 'apply': {
      const { problems, state } = await rig.apply(step.seconds)
      expect(problems).toEqual([])
      expect(state.changes).toBe(0)
      break
    }
    case 'byHand':
      rig.write(step.to)
      await rig.load()
      break
    case 'save':
      await desk.save(step.to, rig.file.revision)
      break
    case 'propose':
      expect((await desk.propose({ config: step.to, author: 'TB', note: '' })).problems).toEqual([])
      break
    case 'merge': {
      const proposal = desk.proposal()
      if (!proposal) break
      const theirs = proposal.conflicts.flatMap(({ id }, i) => (i % 2 === 0 ? [id] : []))
      const { problems, state } = await desk.merge({ revision, theirs })
      expect(state.hasProposal).toBe(problems.length > 0)
      break
    }
    case 'restore': {
      const number = Math.max(1, desk.state().base - step.back)
      await desk.restore({ number, revision })
      break
    }
    case 'time': {
      if (step.works) rig.delivery = { ...rig.delivery, delivered: rig.delivery.delivered + 1 }
      rig.delivery = { ...rig.delivery, isOnline: step.works }
      await rig.seconds(step.seconds)
      expect(isSame(rig.desk.document, before)).toBe(true)
      break
    }
    case 'decide':
      await desk.decide(revision % 2 === 0)
      expect(isSame(rig.desk.document, before)).toBe(true)
      break
  }
}
