import fc from 'fast-check'
import type { Sealing } from '../../../lib/token/key.js'
import { SEALINGS } from '../../support/keys.js'
import { type Act, PATHS, type Path } from './model.js'

/** Something that happens. */
export type Step =
  | { readonly step: 'request'; readonly act: Act; readonly arrives: boolean }
  | { readonly step: 'begin' }
  | { readonly step: 'finish'; readonly which: number; readonly act: Act; readonly arrives: boolean }
  | { readonly step: 'at once'; readonly acts: readonly [Act, Act]; readonly swapped: boolean }
  | { readonly step: 'wait'; readonly seconds: number }
  /** The app no longer lets anyone in with this value, or all again. */
  | { readonly step: 'refuse'; readonly value: string | null }
  | { readonly step: 'rotate' }
  | { readonly step: 'revoke'; readonly key: number }
  | { readonly step: 'restart'; readonly sealing: Sealing; readonly path: Path; readonly knowsFormer: boolean }

const sealing = fc.constantFrom(...SEALINGS)
const path = fc.constantFrom(...PATHS)
const value = fc.constantFrom('a', 'b')
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ does: fc.constant('read' as const) }),
  fc.record({ does: fc.constantFrom('poll' as const, 'touch' as const, 'empty' as const) }),
  fc.record({ does: fc.constant('write' as const), value }),
  fc.record({ does: fc.constant('log in' as const), value }),
  fc.record({ does: fc.constant('log out' as const) }),
  fc.record({ does: fc.constant('nothing' as const) }),
)
/** Most responses arrive; one in eight is lost on the way. */
const arrives = fc.integer({ min: 0, max: 7 }).map((number) => number !== 7)
/** Around what matters: a tenth of the idle time, all of it, a check, the absolute end; and a clock that is set back. */
const seconds = fc.constantFrom(1, 59, 60, 61, 199, 200, 201, 540, 599, 600, 601, 1500, 2999, 3000, -1, -59, -61)

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ step: fc.constant('request' as const), act, arrives }) },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('begin' as const) }) },
  { weight: 3, arbitrary: fc.record({ step: fc.constant('finish' as const), which: fc.nat(3), act, arrives }) },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant('at once' as const), acts: fc.tuple(act, act), swapped: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ step: fc.constant('wait' as const), seconds }) },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant('refuse' as const), value: fc.constantFrom('a', 'b', null) }),
  },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('rotate' as const) }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('revoke' as const), key: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant('restart' as const), sealing, path, knowsFormer: fc.boolean() }),
  },
)

const request = (act: Act): Step => ({ step: 'request', act, arrives: true })

/** What chance alone seldom comes to: a response that is under way while others log in and out, up to five times. */
const overtaken: fc.Arbitrary<Step[]> = fc
  .record({
    times: fc.nat(4),
    late: act,
    ending: fc.constantFrom<Act>({ does: 'log out' }, { does: 'log in', value: 'b' }),
  })
  .map(({ times, late, ending }) => [
    request({ does: 'log in', value: 'a' }),
    { step: 'begin' },
    request(ending),
    ...Array.from({ length: times }, () => [request({ does: 'log in', value: 'b' }), request(ending)]).flat(),
    { step: 'finish', which: 0, act: late, arrives: true },
    request({ does: 'read' }),
  ])

/** A session in constant use, which slides up to its absolute end and not behind it. */
const constantUse: fc.Arbitrary<Step[]> = fc
  .record({ every: fc.constantFrom(61, 301, 599), times: fc.integer({ min: 4, max: 12 }) })
  .map(({ every, times }) => [
    request({ does: 'log in', value: 'a' }),
    ...Array.from({ length: times }, (): Step[] => [
      { step: 'wait', seconds: every },
      request({ does: 'read' }),
    ]).flat(),
  ])

/** A late response that keeps a session alive when another one has taken its place. */
const displaced: fc.Arbitrary<Step[]> = fc
  .record({ since: fc.constantFrom(60, 300), until: fc.constantFrom(240, 541, 599), next: act, late: act })
  .map(({ since, until, next, late }) => [
    request({ does: 'log in', value: 'a' }),
    { step: 'wait', seconds: since },
    { step: 'begin' },
    request(next),
    { step: 'wait', seconds: 60 },
    request({ does: 'read' }),
    { step: 'finish', which: 0, act: late, arrives: true },
    { step: 'wait', seconds: until },
    request({ does: 'read' }),
  ])

/** A use and a check by a clock that was ahead, which must not count until that time has come. */
const ahead: fc.Arbitrary<Step[]> = fc
  .record({
    first: fc.constantFrom<Act>({ does: 'nothing' }, { does: 'read' }),
    back: fc.constantFrom(-59, -61, -120),
    late: fc.constantFrom<Act>({ does: 'write', value: 'b' }, { does: 'read' }),
    next: act,
  })
  .map(({ first, back, late, next }) => [
    request({ does: 'log in', value: 'a' }),
    { step: 'wait', seconds: 200 },
    request(first),
    { step: 'begin' },
    { step: 'wait', seconds: back },
    request({ does: 'read' }),
    { step: 'finish', which: 0, act: late, arrives: true },
    request(next),
    request({ does: 'read' }),
    request({ does: 'read' }),
  ])

/** A cookie that is left of a path that the app had before, beside each that it sets now. */
const leftover: fc.Arbitrary<Step[]> = fc
  .record({
    sealing,
    paths: fc.constantFrom(PATHS, PATHS.toReversed()),
    next: act,
    last: act,
    after: fc.nat(1),
    knowsFormer: fc.boolean(),
  })
  .map(({ sealing, paths: [before = '/', now = '/'], next, last, after, knowsFormer }) => [
    { step: 'restart', sealing, path: before, knowsFormer: false },
    request({ does: 'log in', value: 'a' }),
    { step: 'restart', sealing, path: now, knowsFormer },
    { step: 'wait', seconds: after },
    request(next),
    request(last),
    request({ does: 'read' }),
  ])

/** Two sessions at once, each under a path of its own, of which an end must leave none. */
const twoSessions: fc.Arbitrary<Step[]> = fc
  .record({
    sealing,
    paths: fc.constantFrom(PATHS, PATHS.toReversed()),
    ending: act,
    after: fc.nat(1),
    knowsFormer: fc.boolean(),
  })
  .map(({ sealing, paths: [before = '/', now = '/'], ending, after, knowsFormer }) => [
    { step: 'restart', sealing, path: before, knowsFormer: false },
    { step: 'begin' },
    { step: 'restart', sealing, path: now, knowsFormer },
    request({ does: 'log in', value: 'a' }),
    { step: 'wait', seconds: after },
    { step: 'finish', which: 0, act: { does: 'log in', value: 'b' }, arrives: true },
    request(ending),
    request({ does: 'read' }),
  ])

/** A journey: what happens to one browser and the app it visits, one thing after the other. */
export interface Journey {
  /** With what the app seals at first. */
  readonly sealing: Sealing
  /** Where it sets its cookies at first. */
  readonly path: Path
  /** Whether it asks about its sessions. */
  readonly validates: boolean
  readonly steps: readonly Step[]
}

export const journey: fc.Arbitrary<Journey> = fc.record({
  sealing,
  path,
  validates: fc.boolean(),
  steps: fc
    .array(
      fc.oneof(
        { weight: 18, arbitrary: step.map((one) => [one]) },
        { weight: 2, arbitrary: overtaken },
        { weight: 1, arbitrary: constantUse },
        { weight: 1, arbitrary: displaced },
        { weight: 1, arbitrary: ahead },
        { weight: 1, arbitrary: leftover },
        { weight: 1, arbitrary: twoSessions },
      ),
      { minLength: 1, maxLength: 40 },
    )
    .map((parts) => parts.flat()),
})

/** In words. */
export function told({ sealing, path, validates, steps }: Journey): string {
  const start = `${how(sealing, path)}${validates ? ', and asks about its sessions' : ''}`
  return [`0. ${start}`, ...steps.map((step, index) => `${index + 1}. ${sentence(step)}`)].join('\n')
}

function sentence(step: Step): string {
  switch (step.step) {
    case 'request':
      return `${deed(step.act)}${step.arrives ? '' : ', and the response is lost'}`
    case 'begin':
      return 'a slow request begins'
    case 'finish':
      return `slow request ${step.which} goes on: ${deed(step.act)}${step.arrives ? '' : ', and the response is lost'}`
    case 'at once':
      return `at once: ${step.acts.map(deed).join(' / ')}${step.swapped ? ', answered in the other order' : ''}`
    case 'wait':
      return `the clock moves ${step.seconds} s`
    case 'refuse':
      return step.value === null ? 'the app refuses nobody' : `the app refuses "${step.value}"`
    case 'revoke':
      return `key ${step.key} is revoked`
    case 'restart':
      return `restart, and ${how(step.sealing, step.path)}${step.knowsFormer ? ', knowing of the other path' : ''}`
    default:
      return step.step
  }
}

function deed(act: Act): string {
  return 'value' in act ? `${act.does} "${act.value}"` : act.does
}

function how({ alg, enc }: Sealing, path: Path): string {
  return `the app seals with ${alg} and ${enc} for ${path}`
}
