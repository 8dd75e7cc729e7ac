import express from 'express'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { KeyRing } from '../../lib/keys/ring.js'
import { open } from '../../lib/token/jwe.js'
import { keysOfCookie } from '../../lib/token/key.js'
import { at, START, startClock, stopClock } from '../support/clock.js'
import { newDevice, refreshProof, registrationProof } from '../support/device.js'
import { type Answer, BoundBrowser, OWN, TYPED } from '../support/device-browser.js'
import { serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'

type Any = any
const NAME = '__Host-Http-session'
const PROOF = '__Host-session.bound'
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 40)
/** Seconds: `proofTimeout` and the leeway. */
const WORTH = 660
const keys = keysOfCookie(KeyRing.from(SECRET), 'session', { alg: 'dir', enc: 'A256GCM' })

function app() {
  const app = express().set('trust proxy', true)
  app.use(session({ keys: SECRET, deviceBound: true }))
  app.post('/login', (req: Any, res) =>
    req.session.regenerate(() => {
      req.session.user = 'ada'
      res.json({ isBound: req.session.isBound })
    }),
  )
  app.post('/logout', (req: Any, res) => {
    const { isBound } = req.session
    req.session = null
    res.json({ isBound })
  })
  app.post('/swap', (req: Any, res) => {
    const { isBound } = req.session
    req.session = null
    req.session = { user: 'ada' }
    res.json({ isBound })
  })
  app.all('/write', (req: Any, res) => {
    req.session.count = (req.session.count ?? 0) + 1
    res.json({ isBound: req.session.isBound })
  })
  app.get('/', (req: Any, res) => void res.json({ user: req.session.user ?? null, isBound: req.session.isBound }))
  return app
}

const step = fc.oneof(
  fc.record({ does: fc.constantFrom('page', 'fetch', 'write', 'login', 'logout', 'swap', 'late') }),
  fc.record({
    does: fc.constantFrom('steal session', 'steal both', 'steal proof', 'replay', 'forge', 'register anew'),
  }),
  fc.record({ does: fc.constantFrom('thief page', 'thief fetch', 'thief write', 'thief swap') }),
  fc.record({ does: fc.constant('wait'), seconds: fc.integer({ min: 1, max: 3000 }) }),
  fc.record({ does: fc.constant('wait'), seconds: fc.integer({ min: 1, max: 70 }) }),
)
type Step = { readonly does: string; readonly seconds?: number }

/** The thumbprint that a session cookie names. */
function devOf(cookie: string | undefined): string | undefined {
  const opened = open(cookie ?? '', keys, START, 4096)
  return 'rejected' in opened ? undefined : opened.claims.dev
}

/** A browser that refreshes before it asks, and an owner who is signed in or not. */
class Story {
  readonly owner: BoundBrowser
  readonly thief: BoundBrowser
  now = 0
  isSignedIn = false
  /** When the proof in the jar ends for the browser. */
  proofEnds = 0
  /** The last refresh, with its challenge's time, as a proxy has seen it. */
  seen: { readonly headers: object; readonly cookie: string; readonly challenged: number } | undefined
  /** When the challenge was issued of the last proof that the thief has. */
  stolenProof = Number.NEGATIVE_INFINITY
  challengedAt = 0
  held: Answer['set'] | undefined

  constructor(port: number) {
    this.owner = new BoundBrowser(port)
    this.thief = new BoundBrowser(port)
  }

  /** What is wrong with the state of things, if anything. */
  async take({ does, seconds = 0 }: Step): Promise<string | undefined> {
    const { owner, thief } = this
    const before = thief.jar.get(NAME)
    switch (does) {
      case 'wait':
        this.now += seconds
        at(this.now)
        if (this.now >= this.proofEnds) owner.jar.delete(PROOF)
        return undefined
      case 'page':
      case 'fetch':
        return this.#visit(does === 'page' ? TYPED : OWN)
      case 'write':
      case 'login':
      case 'logout':
      case 'swap':
        return this.#post(does)
      case 'late':
        // A response of before, which the browser gets only now.
        for (const line of this.held ?? []) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
          if (name === NAME && value !== '' && this.isSignedIn && owner.jar.has(NAME)) owner.jar.set(name, value)
        }
        this.held = undefined
        return undefined
      case 'steal session':
        return this.#copy([NAME])
      case 'steal both':
        return this.#copy([NAME, PROOF])
      case 'steal proof':
        if (this.seen) this.stolenProof = Math.max(this.stolenProof, this.seen.challenged)
        return undefined
      case 'replay':
        return this.#replay()
      case 'forge':
        return this.#forge()
      case 'register anew':
        return this.#registerAnew()
      case 'thief page':
      case 'thief fetch':
        return this.#steal(await thief.ask('/', does === 'thief page' ? TYPED : OWN), devOf(before))
      default:
        return this.#steal(await thief.post(`/${does.slice('thief '.length)}`), undefined)
    }
  }

  async #refreshIfDue(): Promise<void> {
    const { owner } = this
    if (owner.identifier === undefined || owner.jar.has(PROOF)) return
    const before = owner.challenge
    const cookie = owner.cookies
    const answer = await owner.refresh()
    if (owner.challenge !== before) this.challengedAt = this.now
    if (answer.body === '{"continue":false}') owner.identifier = undefined
    const [line] = answer.set
    if (line === undefined) return
    this.proofEnds = this.now + Number(/Max-Age=(\d+)/.exec(line)?.[1])
    const proof = refreshProof(owner.device, owner.challenge)
    const headers = { 'sec-secure-session-id': owner.identifier, 'secure-session-response': proof }
    this.seen = { headers, cookie, challenged: this.challengedAt }
  }

  async #visit(headers: object): Promise<string | undefined> {
    await this.#refreshIfDue()
    const was = devOf(this.owner.jar.get(NAME))
    const answer = await this.owner.ask('/', headers)
    const { user } = JSON.parse(answer.body)
    if (this.isSignedIn && user !== 'ada') return 'the owner is out'
    return this.#kept(was, answer)
  }

  async #post(what: string): Promise<string | undefined> {
    await this.#refreshIfDue()
    const was = devOf(this.owner.jar.get(NAME))
    const answer = await this.owner.post(`/${what}`)
    // After another log-in, the session of before has ended, as the guard says: that is no matter of devices.
    this.held = what === 'write' ? answer.set : undefined
    if (what === 'login' || what === 'swap') this.isSignedIn = true
    if (what === 'logout') this.isSignedIn = false
    if (answer.header('secure-session-registration')) {
      await this.owner.register(answer)
      this.challengedAt = this.now
    }
    return this.#kept(was, answer)
  }

  /** A response to a request of a bound session sets no session without its key. */
  #kept(was: string | undefined, { set }: Answer): string | undefined {
    const line = set.find((one) => one.startsWith(`${NAME}=`) && !/Max-Age=0;/.test(one))
    const isIn = this.isSignedIn && was !== undefined
    return isIn && line && devOf(/=([^;]*)/.exec(line)?.[1]) !== was ? 'a bound session lost its key' : undefined
  }

  #copy(names: readonly string[]): undefined {
    this.thief.jar.clear()
    for (const name of names) {
      const value = this.owner.jar.get(name)
      if (value !== undefined) this.thief.jar.set(name, value)
    }
    if (this.thief.jar.has(PROOF) && this.seen) this.stolenProof = Math.max(this.stolenProof, this.seen.challenged)
    return undefined
  }

  /** Sends again what a proxy has seen. */
  async #replay(): Promise<string | undefined> {
    if (this.seen === undefined) return undefined
    const { headers, cookie, challenged } = this.seen
    this.stolenProof = Math.max(this.stolenProof, challenged)
    const { set } = await this.thief.ask('/.bound/session', headers, 'POST', cookie)
    const [line] = set
    if (line === undefined) return undefined
    const ends = this.now + Number(/Max-Age=(\d+)/.exec(line)?.[1])
    return ends > challenged + 600 ? 'a proof that is sent again makes a cookie that lives longer' : undefined
  }

  /** Signs the owner's challenge by a key of their own. */
  async #forge(): Promise<string | undefined> {
    const { identifier, challenge } = this.owner
    if (identifier === undefined) return undefined
    const proof = refreshProof(newDevice(), challenge)
    const headers = { 'sec-secure-session-id': identifier, 'secure-session-response': proof }
    const { set } = await this.thief.ask('/.bound/session', headers, 'POST', this.owner.cookies)
    return set.length > 0 ? 'a forged proof sets a cookie' : undefined
  }

  /** Offers a key of their own for the session that they have copied, with the challenge of a refresh. */
  async #registerAnew(): Promise<string | undefined> {
    const proof = registrationProof(newDevice(), this.owner.challenge)
    const { status } = await this.thief.post('/.bound/session', { 'secure-session-response': proof })
    return status === 200 ? 'the challenge of a refresh registers a key' : undefined
  }

  /** @param dev the key that the session names which the thief has sent */
  #steal({ body }: Answer, dev: string | undefined): string | undefined {
    // A page that is to load itself again, as the proof is no good.
    const { isBound, user } = body.startsWith('<') ? {} : JSON.parse(body)
    return (isBound || (user && dev !== undefined)) && this.now >= this.stolenProof + WORTH
      ? 'the thief is in with a bound session'
      : undefined
  }
}

describe('a thief', () => {
  beforeEach(stopClock)
  afterEach(startClock)

  it(
    'is never in with a bound session longer than the proof was worth, and the owner never out, whatever happens',
    async () => {
      await serving(app() as never, (port) =>
        fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
            const story = new Story(port)
            at(0)
            for (const one of [{ does: 'login' }, { does: 'page' }] as Step[]) await story.take(one)
            expect(devOf(story.owner.jar.get(NAME))).toBeDefined()
            for (const one of steps as Step[]) {
              const wrong = await story.take(one)
              if (wrong) expect.fail(`${wrong} after ${one.does}`)
            }
          }),
          { numRuns: RUNS },
        ),
      )
    },
    120_000 * Math.max(1, RUNS / 40),
  )
})
