// What the review found before anything is applied.

export const reviewSentences = {
  'review.canRun': 'The draft can run as it is',
  'review.nodes': nodes,
  'review.chooseOthers': 'Choose other nodes for them, or apply all the same: the others are collected.',
  'review.unique': 'Names are unique',
  'review.twice': ({ count }: { count: number }) =>
    count === 1 ? '1 device has several sources' : `${count} devices have several sources`,
  'review.renameOne': 'Give one of them another name unless they are meant to be the same device.',
  'review.sameTypes': 'No key changes its type',
  'review.otherTypes': ({ count }: { count: number }) =>
    count === 1 ? '1 key changes its type' : `${count} keys change their type`,
  'review.typesMayBreak': 'Charts and rules in ThingsBoard that use them may break; a new key name avoids that.',
  'review.sourcesAnswer': ({ count }: { count: number }) =>
    count === 1 ? 'The changed source answers' : `All ${count} changed sources answer`,
  'review.sourcesUnusable': ({ count }: { count: number }) =>
    `${count === 1 ? '1 changed source' : `${count} changed sources`} can not be used now`,
  'review.sourcesSilent': ({ count, seconds }: { count: number; seconds: number }) =>
    `${count === 1 ? '1 changed source' : `${count} changed sources`} did not answer within ${seconds} s`,
  'review.whenBack': 'The change takes effect when they can be reached again.',
  'review.about': ({ name, detail }: { name: string; detail: string }) => `${name}: ${detail}`,
  'review.noAnswer': ({ seconds }: { seconds: number }) => `did not answer within ${seconds} s`,
  'review.thingsboardAnswers': 'ThingsBoard answers',
  'review.thingsboardSilent': ({ seconds }: { seconds: number }) => `ThingsBoard did not answer within ${seconds} s`,
  'review.checkAddress': 'Check address, port and TLS.',
  'review.devicesGone': ({ count }: { count: number }) =>
    count === 1 ? '1 device gets no more values' : `${count} devices get no more values`,
  'review.devicesStay': 'They stay in ThingsBoard with their history. Delete them there if they are gone for good.',
  'review.ruleNotAsked': ({ source, rule }: { source: string; rule: string }) =>
    `${source} › rule ${rule}: not asked for`,
  'review.ruleEmpty': ({ source, rule }: { source: string; rule: string }) => `${source} › rule ${rule}: finds nothing`,
  'review.ruleProblem': ({ source, rule, problem }: { source: string; rule: string; problem: string }) =>
    `${source} › rule ${rule}: ${problem}`,
} as const

export interface NodeFacts {
  /** New addresses that exist on their server, and all of them. */
  readonly exist: number
  readonly all: number
  readonly missing: number
  /** No answer in time, and beyond what is asked for at once. */
  readonly open: number
  readonly skipped: number
  /** Changed rules: keys they find (undefined: none was tried), those that find nothing, those that could not be tried. */
  readonly ruleKeys: number | undefined
  readonly rulesEmpty: number
  readonly rulesOpen: number
}

function nodes(facts: NodeFacts): string {
  const { exist, all, missing, open, skipped, ruleKeys, rulesEmpty, rulesOpen } = facts
  return [
    ...(all > 0 ? [`${exist} of ${all} nodes exist`] : []),
    ...(missing > 0 ? [`${missing} do not`] : []),
    ...(open > 0 ? [`${open} could not be asked for`] : []),
    ...(skipped > 0 ? [`${skipped} were not asked for`] : []),
    ...(ruleKeys === undefined ? [] : [`changed rules find ${ruleKeys} keys`]),
    ...(rulesEmpty > 0 ? [`${rulesEmpty} of them nothing`] : []),
    ...(rulesOpen > 0 ? [`${rulesOpen} changed rules could not be tried`] : []),
  ].join(', ')
}
