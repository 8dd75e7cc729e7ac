import { beforeEach, describe, expect, it } from 'vitest'
import { answerDevice, type BroughtSession, type DeviceContext } from '../../lib/device/endpoint.js'
import type { DeviceSettings } from '../../lib/device/tokens.js'
import * as tokens from '../../lib/device/tokens.js'
import { KeyRing } from '../../lib/keys/ring.js'
import { hashSessionId } from '../../lib/token/claims.js'
import { keysFor } from '../../lib/token/key.js'
import { DAY, MINUTE, START } from '../support/clock.js'
import { type Device, newDevice, refreshProof, registrationProof } from '../support/device.js'
import { SECRET } from '../support/secrets.js'

const SID = 'AAAAAAAAAAAAAAAAAAAAAA'
const OTHER_SID = 'BBBBBBBBBBBBBBBBBBBBBB'

function settingsOf(name = 'session', given: Partial<DeviceSettings> = {}): DeviceSettings {
  const ring = KeyRing.from(SECRET)
  const keys = (purpose: string) => keysFor(ring, `${purpose}/${name}`, { alg: 'dir', enc: 'A256GCM' })
  return {
    proofKeys: keys('bound'),
    linkKeys: keys('device'),
    challengeKeys: keys('challenge'),
    proofTimeout: 10 * MINUTE,
    unboundTimeout: Number.POSITIVE_INFINITY,
    initiators: [],
    enforce: true,
    path: undefined,
    ...given,
  }
}

function contextOf(given: Partial<DeviceContext> = {}): DeviceContext {
  return {
    settings: settingsOf(),
    base: 'session',
    cookie: { name: '__Host-session.bound', suffix: '; Path=/; HttpOnly; Secure; SameSite=Lax' },
    url: '/.bound/session',
    scope: '/',
    absoluteTimeout: 7 * DAY,
    ...given,
  }
}

/** A browser that answers as it is told, and the endpoint that it speaks to. */
class Browser {
  identifier = ''
  challenge = ''
  readonly device: Device
  readonly context: DeviceContext
  now = START
  session: BroughtSession | undefined = { sid: SID }
  /** Older ones, or of other hosts. */
  others: BroughtSession[] = []

  constructor(context = contextOf(), device = newDevice()) {
    this.context = context
    this.device = device
  }

  offer(sid = SID): string {
    return tokens.offerChallenge(sid, this.context.settings, this.now) as string
  }

  register(proof: string | undefined = registrationProof(this.device, this.offer())) {
    const answer = answerDevice(
      { identifier: undefined, proof, sessions: this.session ? [this.session, ...this.others] : [] },
      this.context,
      this.now,
    )
    if (answer.status === 200) this.identifier = JSON.parse(answer.body).session_identifier
    this.#keep(answer)
    return answer
  }

  refresh(proof: string | undefined = refreshProof(this.device, this.challenge), identifier = this.identifier) {
    const answer = answerDevice(
      { identifier, proof, sessions: this.session ? [this.session, ...this.others] : [] },
      this.context,
      this.now,
    )
    this.#keep(answer)
    return answer
  }

  #keep(answer: ReturnType<typeof answerDevice>): void {
    const header = headerOf(answer, 'Secure-Session-Challenge')
    if (header !== undefined) this.challenge = /^"([^"]*)";id="[^"]*"$/.exec(header)?.[1] as string
  }
}

const headerOf = ({ headers }: ReturnType<typeof answerDevice>, name: string) =>
  headers.find(([one]) => one === name)?.[1]
const reasonOf = ({ event }: ReturnType<typeof answerDevice>) => event && 'reason' in event && event.reason
/** What the proof cookie of an answer says, and its attributes. */
function proofIn(answer: ReturnType<typeof answerDevice>, { settings }: DeviceContext, now: number) {
  const [, name, value = '', attributes] = /^([^=]+)=([^;]*); (.*)$/.exec(headerOf(answer, 'Set-Cookie') ?? '') ?? []
  return { name, attributes, proved: tokens.readProofCookie(value, settings, now) }
}

describe('a registration', () => {
  it('is answered by what the browser keeps and a challenge, and sets no cookie', () => {
    const browser = new Browser()
    const answer = browser.register()
    expect(answer.status).toBe(200)
    expect(answer.headers.map(([name]) => name)).toEqual(['Cache-Control', 'Content-Type', 'Secure-Session-Challenge'])
    expect(JSON.parse(answer.body)).toEqual({
      session_identifier: expect.stringMatching(/^[\w-]{86}\.[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/),
      refresh_url: '/.bound/session',
      scope: { include_site: false, scope_specification: [{ type: 'exclude', path: '/.bound' }] },
      credentials: [
        {
          type: 'cookie',
          name: '__Host-session.bound',
          attributes: 'Path=/; HttpOnly; Secure; SameSite=Lax',
        },
      ],
    })
    expect(answer.event).toMatchObject({ type: 'registered', name: 'session' })
  })

  it('keeps the endpoints of other sessions out, as two refreshes would wait for each other', () => {
    const browser = new Browser(contextOf({ url: '/shop/.bound/session' }))
    expect(JSON.parse(browser.register().body).scope.scope_specification).toEqual([
      { type: 'exclude', path: '/.bound' },
      { type: 'exclude', path: '/shop/.bound' },
    ])
  })

  it('names the hosts whose pages may cause a refresh, and the path of the cookie', () => {
    const browser = new Browser(
      contextOf({ settings: settingsOf('session', { initiators: ['app.example'] }), scope: '/shop' }),
    )
    expect(JSON.parse(browser.register().body)).toMatchObject({
      allowed_refresh_initiators: ['app.example'],
      scope: {
        scope_specification: [
          { type: 'exclude', path: '/' },
          { type: 'include', path: '/shop' },
          { type: 'exclude', path: '/.bound' },
        ],
      },
    })
  })

  it('leaves the priority of the cookie out, which Chromium does not take here', () => {
    const suffix = '; Path=/; HttpOnly; Secure; Priority=High; SameSite=Strict'
    const { body } = new Browser(contextOf({ cookie: { name: 'session.bound', suffix } })).register()
    expect(JSON.parse(body).credentials[0].attributes).toBe('Path=/; HttpOnly; Secure; SameSite=Strict')
  })

  it('may come without the session, as after a log-in that another site has posted here', () => {
    const browser = new Browser()
    browser.session = undefined
    expect(browser.register().status).toBe(200)
  })

  it('takes the challenge of a clock that is a minute ahead', () => {
    const browser = new Browser()
    const offer = tokens.offerChallenge(SID, browser.context.settings, START + 60) as string
    expect(browser.register(registrationProof(browser.device, offer)).status).toBe(200)
  })

  it('is for the session of its offer among several, which other hosts may have planted', () => {
    const browser = new Browser()
    browser.session = { sid: OTHER_SID }
    browser.others = [{ sid: SID }]
    expect(browser.register().status).toBe(200)
    browser.others = [{ sid: SID, dev: 'CCCCCCCCCCCCCCCCCCCCCA' }]
    expect(reasonOf(browser.register())).toBe('session')
  })

  it('is refused where neither a proof nor an identifier came', () => {
    const answer = answerDevice({ identifier: undefined, proof: undefined, sessions: [] }, contextOf(), START)
    expect([answer.status, reasonOf(answer)]).toEqual([400, 'malformed'])
  })

  it('may come twice by the same key', () => {
    const browser = new Browser()
    browser.register()
    browser.session = { sid: SID, dev: tokens.readIdentifier(browser.identifier)?.key.thumbprint }
    expect(browser.register().status).toBe(200)
  })

  it('is never the answer of a challenge that is two minutes old', () => {
    const browser = new Browser()
    const proof = registrationProof(browser.device, browser.offer())
    browser.now = START + 119
    expect(browser.register(proof).status).toBe(200)
    browser.now = START + 120
    expect(reasonOf(browser.register(proof))).toBe('challenge')
  })

  it.each<[string, string, (browser: Browser) => string | undefined]>([
    ['malformed', 'without a proof', () => ''],
    ['malformed', 'by a proof without a key', (one) => refreshProof(one.device, one.offer())],
    ['challenge', 'of a made-up challenge', (one) => registrationProof(one.device, 'made up')],
    [
      'challenge',
      "by the challenge of another cookie's offer",
      (one) => registrationProof(one.device, tokens.offerChallenge(SID, settingsOf('other'), START) as string),
    ],
    [
      'challenge',
      'by the challenge of a refresh',
      (one) => {
        one.register()
        return registrationProof(one.device, one.challenge)
      },
    ],
    [
      'challenge',
      'by the challenge of a clock that is 61 seconds ahead',
      (one) => registrationProof(one.device, tokens.offerChallenge(SID, one.context.settings, START + 61) as string),
    ],
    [
      'signature',
      'under the key of another device',
      (one) => registrationProof(one.device, one.offer(), { jwk: newDevice().jwk }),
    ],
    [
      'session',
      'for another session than the one that comes',
      (one) => registrationProof(one.device, one.offer(OTHER_SID)),
    ],
    [
      'session',
      'for a session that is bound to another key',
      (one) => {
        one.session = { sid: SID, dev: 'CCCCCCCCCCCCCCCCCCCCCA' }
        return registrationProof(one.device, one.offer())
      },
    ],
  ])('is refused as "%s" %s', (reason, _what, proofOf) => {
    const browser = new Browser()
    const answer = browser.register(proofOf(browser))
    expect(answer).toMatchObject({ status: 400, body: '', headers: [['Cache-Control', 'no-store']] })
    expect(answer.event).toEqual({ type: 'device-refused', name: 'session', step: 'register', reason })
  })
})

describe('a refresh', () => {
  let browser: Browser
  let dev: string | undefined
  beforeEach(() => {
    browser = new Browser()
    browser.register()
    dev = tokens.readIdentifier(browser.identifier)?.key.thumbprint
  })

  it('sets the proof cookie by the challenge of the registration', () => {
    const answer = browser.refresh()
    const event = { type: 'proved', name: 'session', session: hashSessionId(SID) }
    expect(answer).toMatchObject({ status: 200, body: '', event })
    expect(proofIn(answer, browser.context, START)).toEqual({
      name: '__Host-session.bound',
      attributes: 'Max-Age=600; Path=/; HttpOnly; Secure; SameSite=Lax',
      proved: { sid: SID, dev, since: START },
    })
  })

  it('works for a session that names the key, whatever its id, without the link', () => {
    browser.session = { sid: OTHER_SID, dev }
    const keyOnly = `${browser.identifier.slice(0, 86)}.`
    expect(browser.refresh(undefined, keyOnly).status).toBe(200)
  })

  it('finds the session of the key among others, which another host may have planted', () => {
    browser.session = { sid: OTHER_SID, dev: 'CCCCCCCCCCCCCCCCCCCCCA' }
    browser.others = [{ sid: OTHER_SID }, { sid: SID, dev }]
    expect(browser.refresh().status).toBe(200)
    browser.others = [{ sid: OTHER_SID }, { sid: SID }]
    expect(proofIn(browser.refresh(), browser.context, START).proved?.sid).toBe(SID)
  })

  it('remembers when the key was registered until the session names it', () => {
    browser.now = START + 5 * MINUTE
    browser.now += 10
    browser.refresh(undefined)
    const answer = browser.refresh()
    expect(proofIn(answer, browser.context, browser.now).proved?.since).toBe(START)
  })

  it('counts no longer than proofs may count now, though it was made under a longer timeout', () => {
    const browser = new Browser()
    browser.register()
    const answer = browser.refresh()
    const shorter = { ...browser.context, settings: settingsOf('session', { proofTimeout: 300 }) }
    const isProved = (after: number) => proofIn(answer, shorter, START + after).proved !== undefined
    expect([isProved(359), isProved(360)]).toEqual([true, false])
    expect(proofIn(answer, browser.context, START + 360).proved?.sid).toBe(SID)
  })

  it('is asked for a new proof without one, by a challenge of a minute', () => {
    const answer = answerDevice(
      { identifier: browser.identifier, proof: undefined, sessions: [{ sid: SID }] },
      browser.context,
      START,
    )
    expect(answer).toMatchObject({ status: 403, body: '', event: { type: 'challenged' } })
    expect(headerOf(answer, 'Secure-Session-Challenge')).toContain(`;id="${browser.identifier}"`)
    expect(headerOf(answer, 'Set-Cookie')).toBeUndefined()
  })

  it('is worth what its challenge was: sent again, it makes a cookie that ends with the first', () => {
    const proof = refreshProof(browser.device, browser.challenge)
    const ends = [0, 30, 59].map((passed) => {
      browser.now = START + passed
      const { attributes = '' } = proofIn(browser.refresh(proof), browser.context, browser.now)
      return browser.now + Number(/Max-Age=(\d+)/.exec(attributes)?.[1])
    })
    expect(ends).toEqual([START + 600, START + 600, START + 600])
    browser.now = START + 60
    expect(browser.refresh(proof).status).toBe(403)
  })

  it('has challenges of a tenth of the time that a proof counts, where that is less than a minute', () => {
    const short = new Browser(contextOf({ settings: settingsOf('session', { proofTimeout: 5 * MINUTE }) }))
    short.register()
    const proof = refreshProof(short.device, short.challenge)
    short.now = START + 29
    expect(short.refresh(proof).status).toBe(200)
    short.now = START + 30
    expect(short.refresh(proof).status).toBe(403)
  })

  it.each<[string, (one: Browser) => string]>([
    ['is made up', () => 'made up'],
    ['was an offer', (one) => one.offer()],
    [
      'is for another key',
      (one) => tokens.refreshChallenge(SID, 'CCCCCCCCCCCCCCCCCCCCCA', 600, one.context.settings, START) as string,
    ],
    [
      'is of another cookie',
      () => tokens.refreshChallenge(SID, dev as string, 600, settingsOf('other'), START) as string,
    ],
  ])('is asked for a new proof if its challenge %s', (_what, challengeOf) => {
    expect(browser.refresh(refreshProof(browser.device, challengeOf(browser)))).toMatchObject({
      status: 403,
      event: { type: 'challenged', name: 'session', session: hashSessionId(SID) },
    })
  })

  it.each<[string, string, (one: Browser) => unknown]>([
    ['identifier', 'of no identifier', (one) => (one.identifier = '')],
    ['identifier', 'of an identifier without a dot', (one) => (one.identifier = one.identifier.replace('.', '_'))],
    ['identifier', 'of an identifier without a key', (one) => (one.identifier = `x${one.identifier}`)],
    ['identifier', 'of one that is too long', (one) => (one.identifier += 'A'.repeat(1201 - one.identifier.length))],
    ['identifier', 'of one that would end the quotes of a header', (one) => (one.identifier += '";id="evil')],
    ['session', 'without a session', (one) => (one.session = undefined)],
    [
      'session',
      'of a session that is bound to another key',
      (one) => (one.session = { sid: SID, dev: 'CCCCCCCCCCCCCCCCCCCCCA' }),
    ],
    ['session', 'of a session that the key was not offered to', (one) => (one.session = { sid: OTHER_SID })],
    ['session', 'with a made-up link', (one) => (one.identifier = `${one.identifier.slice(0, 87)}made.up`)],
    [
      'session',
      'with the link of another key',
      (one) => {
        const other = new Browser()
        other.register()
        one.identifier = other.identifier.slice(0, 87) + one.identifier.slice(87)
      },
    ],
  ])('ends by "%s" %s, and the browser forgets the key', (reason, _what, change) => {
    const proof = refreshProof(browser.device, browser.challenge)
    change(browser)
    const answer = browser.refresh(proof)
    expect(answer).toMatchObject({ status: 200, body: '{"continue":false}' })
    expect(headerOf(answer, 'Set-Cookie')).toBeUndefined()
    expect(headerOf(answer, 'Content-Type')).toBe('application/json')
    expect(answer.event).toMatchObject({ type: 'device-refused', step: 'refresh', reason })
  })

  it('takes an identifier of up to 1,200 characters', () => {
    browser.session = { sid: SID, dev }
    browser.identifier = browser.identifier.padEnd(1200, 'A')
    expect(browser.refresh()).toMatchObject({ status: 200, event: { type: 'proved' } })
  })

  it('ends by "malformed" with a proof that is none', () => {
    expect(reasonOf(browser.refresh('made.up.proof'))).toBe('malformed')
  })

  it('ends by "signature" with a proof by another key, and sets no cookie', () => {
    const answer = browser.refresh(refreshProof(newDevice(), browser.challenge))
    expect(reasonOf(answer)).toBe('signature')
    expect(headerOf(answer, 'Set-Cookie')).toBeUndefined()
  })

  it('takes no key from the proof', () => {
    const thief = newDevice()
    const answer = browser.refresh(registrationProof(thief, browser.challenge))
    expect(reasonOf(answer)).toBe('signature')
  })

  it('ends with its link, unless the session names the key', () => {
    browser.now = START + 7 * DAY
    expect(reasonOf(browser.refresh())).toBe('session')
    browser.session = { sid: SID, dev }
    expect(browser.refresh().status).toBe(403)
  })
})

describe('an endpoint without a key that may seal', () => {
  type Purpose = 'proofKeys' | 'linkKeys' | 'challengeKeys'
  const without = (settings: DeviceSettings, ...purposes: Purpose[]): DeviceSettings => ({
    ...settings,
    ...Object.fromEntries(purposes.map((one) => [one, { ...settings[one], active: () => undefined }])),
  })

  it.each<Purpose>(['linkKeys', 'challengeKeys'])('answers a registration by 503 without %s alone', (purpose) => {
    const browser = new Browser()
    const late = contextOf({ settings: without(browser.context.settings, purpose) })
    const proof = registrationProof(browser.device, browser.offer())
    expect(answerDevice({ identifier: undefined, proof, sessions: [] }, late, START).status).toBe(503)
  })

  it('answers 503, after which browsers try again, and never ends a key', () => {
    const browser = new Browser()
    const offer = browser.offer()
    browser.register()
    const late = contextOf({ settings: without(browser.context.settings, 'proofKeys', 'linkKeys', 'challengeKeys') })
    const ask = (identifier: string | undefined, proof: string | undefined) =>
      answerDevice({ identifier, proof, sessions: [{ sid: SID }] }, late, START)
    const unavailable = { status: 503, headers: [['Cache-Control', 'no-store']], body: '', event: undefined }
    expect(ask(undefined, registrationProof(browser.device, offer))).toEqual(unavailable)
    expect(ask(browser.identifier, undefined)).toEqual(unavailable)
    expect(ask(browser.identifier, refreshProof(browser.device, browser.challenge))).toEqual(unavailable)
  })
})

describe('no answer', () => {
  it('shows what was sent, or has headers of CORS', () => {
    const browser = new Browser()
    const sent = 'evil<script>'
    const answers = [browser.register(sent), browser.refresh(sent, sent), browser.register(), browser.refresh(sent)]
    for (const { headers, body } of answers) {
      expect(body).not.toContain('evil')
      expect(JSON.stringify(headers)).not.toContain('evil')
      expect(headers.some(([name]) => /^access-control/i.test(name))).toBe(false)
      expect(headers).toContainEqual(['Cache-Control', 'no-store'])
    }
  })
})
