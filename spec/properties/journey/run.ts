import { vi } from 'vitest'
import type { Sealing } from '../../../lib/token/key.js'
import { START } from '../../support/clock.js'
import {
  type Act,
  answered,
  type Change,
  EMPTY,
  type Jar,
  type Opened,
  onlyReads,
  opened,
  type Path,
  type Process,
  received,
  sent,
} from './model.js'
import type { Journey, Step } from './steps.js'
import type { Answer, Finding, Pending, World } from './world.js'

/** What one request came to, for the two to be compared by. */
interface Outcome extends Finding {
  /** What was set: `session`, `no session`, `seen`, `no seen`, `guard`, and whether caches were told to keep nothing. */
  readonly set: readonly string[]
}

interface Slow {
  readonly pending: Pending
  readonly was: Jar
  readonly opened: Opened
  /** It stays with the process that it came to. */
  readonly process: Process
  /** When the app first asked for the session. */
  readonly accessed: number
}

/** A difference between what the middleware did and what the contract says. */
export interface Difference {
  readonly step: number
  readonly real: unknown
  readonly model: unknown
}

const NOTHING_FOUND: Finding = { found: null, rejected: null }

/** Takes the real middleware and the model through the same journey. Returns the first difference, if there is one. */
export class Run {
  readonly #world: World
  readonly #validates: boolean
  #jar: Jar = EMPTY
  #keys: { active: number; revoked: Set<number> } = { active: 0, revoked: new Set() }
  #sealing: Sealing
  #path: Path
  #knowsFormer = false
  #refused: string | null = null
  #now = START
  #sids = 0
  #slow: Slow[] = []
  /** What a response that only read has changed of the session's cookie, or of what names ended ones. */
  #undone: Omit<Difference, 'step'> | undefined

  constructor(world: World, { sealing, path, validates }: Omit<Journey, 'steps'>) {
    this.#world = world
    this.#sealing = sealing
    this.#path = path
    this.#validates = validates
  }

  async take(steps: readonly Step[]): Promise<Difference | undefined> {
    vi.setSystemTime(this.#now * 1000)
    this.#world.jar.clear()
    this.#world.refused = null
    this.#restart()
    try {
      for (const [index, step] of steps.entries()) {
        const [real, model] = (await this.#do(step)) ?? []
        if (real && model && JSON.stringify(real) !== JSON.stringify(model)) return { step: index + 1, real, model }
        if (this.#undone) return { step: index + 1, ...this.#undone }
      }
      return undefined
    } finally {
      for (const { pending } of this.#slow) await pending.finish({ does: 'nothing' })
    }
  }

  async #do(step: Step): Promise<[unknown, unknown] | undefined> {
    switch (step.step) {
      case 'request':
        return this.#request(step.act, step.arrives)
      case 'begin':
        return this.#begin()
      case 'finish':
        return this.#finish(step.which, step.act, step.arrives)
      case 'at once':
        return this.#atOnce(step.acts, step.swapped)
      case 'wait':
        this.#now += step.seconds
        vi.setSystemTime(this.#now * 1000)
        return undefined
      case 'refuse':
        this.#refused = step.value
        this.#world.refused = step.value
        return undefined
      case 'rotate':
        this.#keys.active++
        return this.#restart()
      case 'revoke':
        if (step.key < this.#keys.active) this.#keys.revoked.add(step.key)
        return this.#restart()
      case 'restart':
        this.#sealing = step.sealing
        this.#path = step.path
        this.#knowsFormer = step.knowsFormer
        return this.#restart()
    }
  }

  #restart(): undefined {
    this.#world.restart(this.#process, this.#sealing)
  }

  get #process(): Process {
    const keys = { active: this.#keys.active, revoked: new Set(this.#keys.revoked) }
    return { keys, path: this.#path, knowsFormer: this.#knowsFormer, validates: this.#validates }
  }

  #opened(): Pick<Slow, 'was' | 'opened' | 'process'> {
    const was = sent(this.#jar, this.#now)
    const process = this.#process
    return { was, opened: opened(was, process, this.#now, this.#refused), process }
  }

  async #request(act: Act, arrives: boolean): Promise<[Outcome, Outcome]> {
    const { was, opened, process } = this.#opened()
    const answer = await this.#world.request(act)
    const change = this.#answer(opened, was, act, process)
    if (arrives) this.#arrive(act, answer, change)
    return [outcome(answer), expected(act, opened, change)]
  }

  async #begin(): Promise<[Finding, Finding]> {
    const { was, opened, process } = this.#opened()
    const pending = await this.#world.begin()
    this.#slow.push({ pending, was, opened, process, accessed: this.#now })
    return [pending.finding, findingOf(opened)]
  }

  async #finish(which: number, act: Act, arrives: boolean): Promise<[Outcome, Outcome] | undefined> {
    const [slow] = this.#slow.splice(which % Math.max(1, this.#slow.length), 1)
    if (slow === undefined) return undefined
    const { pending, was, opened, process, accessed } = slow
    const answer = await pending.finish(act)
    // It has opened its session already, so that "nothing" is as good as reading.
    const done: Act = act.does === 'nothing' ? { does: 'read' } : act
    const change = this.#answer(opened, was, done, process, accessed)
    if (arrives) this.#arrive(act, answer, change)
    return [
      { ...outcome(answer), ...NOTHING_FOUND },
      { ...expected(done, opened, change), ...NOTHING_FOUND },
    ]
  }

  async #atOnce(acts: readonly [Act, Act], swapped: boolean): Promise<[Outcome[], Outcome[]]> {
    const { was, opened, process } = this.#opened()
    const cookies = this.#world.cookies()
    const both = await Promise.all(
      acts.map(async (act) => {
        const answer = await this.#world.request(act, cookies)
        return { act, answer }
      }),
    )
    const results = both.map(({ act, answer }) => ({ act, answer, change: this.#answer(opened, was, act, process) }))
    for (const { act, answer, change } of swapped ? results.toReversed() : results) this.#arrive(act, answer, change)
    return [
      results.map(({ answer }) => outcome(answer)),
      results.map(({ act, change }) => expected(act, opened, change)),
    ]
  }

  #answer(opened: Opened, was: Jar, act: Act, process: Process, accessed = this.#now): Change {
    return answered(opened, was, act, process, { accessed, now: this.#now }, () => this.#sids++)
  }

  #arrive(act: Act, { lines }: Answer, change: Change): void {
    const before = this.#world.cookiesOfSession()
    this.#world.keep(lines)
    this.#jar = received(this.#jar, change, this.#now)
    const after = this.#world.cookiesOfSession()
    // This holds whatever the model says.
    if (onlyReads(act) && after !== before) this.#undone = { real: after, model: before }
  }
}

function outcome({ found, rejected, lines, isStored }: Answer): Outcome {
  const set = lines.map((line) => {
    const [, suffix = '', value = ''] = /^session(\.\w+)?=([^;]*)/.exec(line) ?? []
    const what = suffix === '.ended' ? 'guard' : suffix === '.seen' ? 'seen' : 'session'
    return value === '' ? `no ${what}` : what
  })
  return { found, rejected, set: [...set, ...(isStored ? [] : ['no-store'])].sort() }
}

function findingOf({ found, rejected }: Opened): Finding {
  return { found: found?.value ?? null, rejected }
}

function expected(act: Act, opened: Opened, { held, seen, guard, left }: Change): Outcome {
  const set = [
    ...(held ? [held.to ? 'session' : 'no session'] : []),
    ...(seen ? [seen.to ? 'seen' : 'no seen'] : []),
    ...(guard ? ['guard'] : []),
    ...(left ? ['no session', ...(left.seen ? ['no seen'] : []), ...(left.guard ? ['no guard'] : [])] : []),
  ]
  const finding = act.does === 'nothing' ? NOTHING_FOUND : findingOf(opened)
  return { ...finding, set: [...set, ...(set.length > 0 ? ['no-store'] : [])].sort() }
}
