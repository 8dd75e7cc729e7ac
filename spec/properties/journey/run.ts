import { vi } from 'vitest'
import type { Sealing } from '../../../lib/token/key.js'
import { START } from '../../support/clock.js'
import {
  type Act,
  answered,
  type Change,
  EMPTY,
  type Held,
  type Jar,
  type Keys,
  opened,
  received,
  sent,
} from './model.js'
import type { Step } from './steps.js'
import type { Pending, World } from './world.js'

/** What one request came to, for the two to be compared by. */
interface Seen {
  readonly found: string | null
  /** What was set: `session`, `no session`, `guard`. */
  readonly set: readonly string[]
}

interface Slow {
  readonly pending: Pending
  readonly was: Jar
  readonly held: Held | 'ended' | undefined
  /** It stays with the process that it came to, and with the keys of that. */
  readonly keys: Keys
  /** When the app first asked for the session. */
  readonly accessed: number
}

/** A difference between what the middleware did and what the contract says. */
export interface Difference {
  readonly step: number
  readonly real: Seen
  readonly model: Seen
}

/** Takes the real middleware and the model through the same journey. Returns the first difference, if there is one. */
export class Run {
  readonly #world: World
  #jar: Jar = EMPTY
  #keys: { active: number; revoked: Set<number> } = { active: 0, revoked: new Set() }
  #sealing: Sealing
  #now = START
  #sids = 0
  #slow: Slow[] = []

  /** @param sealing with what new tokens are sealed, until an instance comes that does it otherwise */
  constructor(world: World, sealing: Sealing) {
    this.#world = world
    this.#sealing = sealing
  }

  async take(steps: readonly Step[]): Promise<Difference | undefined> {
    vi.setSystemTime(this.#now * 1000)
    this.#world.jar.clear()
    this.#restart()
    try {
      for (const [index, step] of steps.entries()) {
        const [real, model] = (await this.#do(step)) ?? []
        if (real && model && JSON.stringify(real) !== JSON.stringify(model)) return { step: index + 1, real, model }
      }
      return undefined
    } finally {
      for (const { pending } of this.#slow) await pending.finish({ does: 'nothing' })
    }
  }

  async #do(step: Step): Promise<[Seen, Seen] | undefined> {
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
      case 'rotate':
        this.#keys.active++
        return this.#restart()
      case 'revoke':
        if (step.key < this.#keys.active) this.#keys.revoked.add(step.key)
        return this.#restart()
      case 'restart':
        this.#sealing = step.sealing
        return this.#restart()
    }
  }

  #restart(): undefined {
    this.#world.restart(this.#keys.active, this.#keys.revoked, this.#sealing)
  }

  async #request(act: Act, arrives: boolean): Promise<[Seen, Seen]> {
    const was = sent(this.#jar, this.#now)
    const held = opened(was, this.#keys, this.#now)
    const { found, lines } = await this.#world.request(act)
    const change = this.#answer(held, was, act)
    if (arrives) this.#arrive(lines, change)
    return [seen(found, lines), expected(act, held, change)]
  }

  async #begin(): Promise<[Seen, Seen]> {
    const was = sent(this.#jar, this.#now)
    const held = opened(was, this.#keys, this.#now)
    const pending = await this.#world.begin()
    const keys = { active: this.#keys.active, revoked: new Set(this.#keys.revoked) }
    this.#slow.push({ pending, was, held, keys, accessed: this.#now })
    return [seen(pending.found, []), { found: valueIn(held), set: [] }]
  }

  async #finish(which: number, act: Act, arrives: boolean): Promise<[Seen, Seen] | undefined> {
    const [slow] = this.#slow.splice(which % Math.max(1, this.#slow.length), 1)
    if (slow === undefined) return undefined
    const { pending, was, held, keys, accessed } = slow
    const lines = await pending.finish(act)
    // It has opened its session already, so that "nothing" is as good as reading.
    const done: Act = act.does === 'nothing' ? { does: 'read' } : act
    const change = this.#answer(held, was, done, keys, accessed)
    if (arrives) this.#arrive(lines, change)
    return [seen(null, lines), { ...expected(done, held, change), found: null }]
  }

  async #atOnce(acts: readonly [Act, Act], swapped: boolean): Promise<[Seen, Seen]> {
    const was = sent(this.#jar, this.#now)
    const held = opened(was, this.#keys, this.#now)
    const cookies = this.#world.cookies()
    const answers = await Promise.all(acts.map((act) => this.#world.request(act, cookies)))
    const changes = acts.map((act) => this.#answer(held, was, act))
    for (const index of swapped ? [1, 0] : [0, 1]) this.#arrive(answers[index]?.lines ?? [], changes[index] ?? {})
    const real = answers.map(({ found, lines }) => seen(found, lines))
    const model = acts.map((act, index) => expected(act, held, changes[index] ?? {}))
    return [joined(real), joined(model)]
  }

  #answer(held: Held | 'ended' | undefined, was: Jar, act: Act, keys: Keys = this.#keys, accessed = this.#now): Change {
    return answered(held, was, act, keys, { accessed, now: this.#now }, () => this.#sids++)
  }

  #arrive(lines: readonly string[], change: Change): void {
    this.#world.keep(lines)
    this.#jar = received(this.#jar, change, this.#now)
  }
}

function seen(found: string | null, lines: readonly string[]): Seen {
  const set = lines.map((line) => {
    if (line.startsWith('session.ended=')) return 'guard'
    return /^session=;/.test(line) ? 'no session' : 'session'
  })
  return { found, set: set.sort() }
}

function valueIn(held: Held | 'ended' | undefined): string | null {
  return typeof held === 'object' ? held.value : null
}

function expected(act: Act, held: Held | 'ended' | undefined, { held: to, guard }: Change): Seen {
  const set = [...(to ? [to.to ? 'session' : 'no session'] : []), ...(guard ? ['guard'] : [])]
  return { found: act.does === 'nothing' ? null : valueIn(held), set: set.sort() }
}

function joined(all: readonly Seen[]): Seen {
  return { found: all.map(({ found }) => found ?? '-').join(','), set: all.flatMap(({ set }) => set) }
}
