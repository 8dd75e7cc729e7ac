import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp } from '../bench/playground/app.js'
import { cookiesAfter, TICKET } from '../bench/playground/http.js'
import { page } from '../bench/playground/page/page.js'
import { newState, type States } from '../bench/playground/state.js'
import type { View } from '../bench/playground/view.js'
import { startClock, stopClock } from './support/clock.js'
import { OTHER_SECRET, SECRET } from './support/secrets.js'
import { catchWarnings } from './support/warnings.js'

catchWarnings()

const HOUR = 60 * 60 * 1000
/** Held no longer than this, where nobody else comes. */
const PATIENCE = 400
const FIRST_VISIT = 'Your first visit put a tea into the cart'

/** A browser at a playground of its own: a cookie jar, and the page that was answered last. */
class Visitor {
  readonly restart = vi.fn<(states: States) => void>()
  cookie: string | undefined
  view!: View
  html = ''
  readonly #server: Server

  constructor(states: States = { first: newState(undefined) }, cookie?: string) {
    this.cookie = cookie
    const { restart } = this
    const app = createApp({ states, restart, patience: PATIENCE }, (view) => {
      this.view = view
      this.html = page(view).text
      return this.html
    })
    this.#server = createServer(app)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** What counts for the session: the cookies without the one that tells browsers apart. */
  get counted(): string | undefined {
    return cookiesAfter(this.cookie, [`${TICKET}=; Max-Age=0`])
  }

  get token(): string | undefined {
    return /(?:^|; )playground=([^;]*)/.exec(this.cookie ?? '')?.[1]
  }

  async begin(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    return this
  }

  end(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** Resolves when the next request for this path has reached the server. */
  reached(path: string): Promise<void> {
    return new Promise((resolve) => {
      this.#server.on('request', ({ url }) => url === path && resolve())
    })
  }

  get(path = '/'): Promise<Response> {
    return this.send(path, { method: 'GET' })
  }

  /** Posts a form, and follows to the page as a browser does. */
  async post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) {
    const response = await this.send(path, { method: 'POST', body: new URLSearchParams(fields), headers })
    if (response.status === 303) await this.get()
    return response
  }

  async send(path: string, how: RequestInit): Promise<Response> {
    const headers = { ...how.headers, ...(this.cookie === undefined ? {} : { cookie: this.cookie }) }
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, { ...how, headers, redirect: 'manual' })
    this.cookie = cookiesAfter(this.cookie, response.headers.getSetCookie())
    return response
  }

  /** What the last step did differently, as one text. */
  get differences(): string {
    return this.view.steps[0]?.differences.join(' ') ?? ''
  }
}

let visitor: Visitor
beforeEach(async () => {
  visitor = await new Visitor().begin()
  await visitor.get()
})
afterEach(() => {
  startClock()
  visitor.end()
})
const logIn = (name = 'Ada') => visitor.post('/log-in', { name })
const set = (path: string, kind: string, value = '') => visitor.post('/set', { path, kind, value })

describe('a browser', () => {
  it('sees a session at its first visit, which later visits only read', async () => {
    expect(visitor.view).toMatchObject({
      session: { data: { cart: { tea: 1 } }, isNew: true },
      other: { data: { cart: { tea: 1 } } },
      cookie: { token: visitor.token, rejected: null },
      steps: [{ title: FIRST_VISIT, ours: { status: 200, error: undefined }, theirs: { status: 303 } }],
    })
    const { token } = visitor
    expect(token).toBeDefined()
    expect((await visitor.get()).headers.getSetCookie()).toEqual([])
    expect(visitor.view).toMatchObject({ session: { data: { cart: { tea: 1 } }, isNew: false }, steps: [{}] })
    await visitor.post('/log-out')
    await visitor.get()
    expect(visitor.view.session.data).toEqual({})
    expect(visitor.token).toBeUndefined()
  })

  it('sees nothing of what another browser did, and shares neither its keys nor its thief', async () => {
    await logIn('Grace')
    await visitor.post('/thief/steal')
    await visitor.post('/keys/rotate')
    await visitor.post('/settings', { validate: 'on' })
    const { cookie, view } = visitor
    visitor.cookie = undefined
    await visitor.get()
    expect(visitor.html).not.toContain('Grace')
    expect(visitor.view).toMatchObject({
      session: { user: undefined, data: { cart: { tea: 1 } } },
      keys: [{ state: 'active', kid: view.keys[1]?.kid }],
      settings: { logoutGuard: true, validate: false },
      thief: { cookie: undefined },
      other: { user: undefined, stored: 1 },
      steps: [{ title: FIRST_VISIT }],
      exchanges: [{ method: 'GET', path: '/', cookie: undefined }],
    })
    visitor.cookie = cookie
    await visitor.get()
    expect(visitor.view).toMatchObject({ session: { user: 'Grace' }, settings: { validate: true } })
    expect(visitor.view.steps.map(({ title }) => title).at(-1)).toBe(FIRST_VISIT)
  })

  it('is forgotten when twenty others came since, and has its session all the same: it is in the cookie', async () => {
    await logIn()
    const { cookie } = visitor
    const others = async (count: number) => {
      for (let each = 0; each < count; each++) {
        visitor.cookie = undefined
        await visitor.get()
      }
    }
    const comeBack = async () => {
      visitor.cookie = cookie
      await visitor.get()
      return visitor.view
    }
    await others(19)
    expect((await comeBack()).steps.map(({ title }) => title)).toEqual(['Logged in as Ada', FIRST_VISIT])
    await others(20)
    expect(await comeBack()).toMatchObject({ session: { user: 'Ada' }, other: { stored: 0 }, steps: [] })
  })

  it('with a session of an earlier run sees why it does not open, and can start over', async () => {
    const later = await new Visitor({ first: newState(undefined) }, visitor.cookie).begin()
    await later.get()
    expect(later.view).toMatchObject({ cookie: { rejected: 'missing-key' }, session: { data: {} }, steps: [] })
    expect(later.html).toMatch(/id="rejection".*action="\/reset"/s)
    await later.post('/reset')
    expect(later.view).toMatchObject({ cookie: { rejected: null }, session: { data: { cart: { tea: 1 } } } })
    later.end()
  })

  it('is told by a cookie that no page shows and no count has', async () => {
    const [, id = ''] = new RegExp(`${TICKET}=([^;]+)`).exec(visitor.cookie ?? '') ?? []
    expect(id).toMatch(/^[\w-]{22}$/)
    const { token } = visitor
    await logIn()
    expect(visitor.html).not.toContain(id)
    expect(visitor.view.steps[0]?.ours.bytesUp).toBe(`Cookie: playground=${token}`.length)
  })
})

describe('the session', () => {
  it('begins at log-in and ends at log-out, on both sides, and the cookie comes and goes', async () => {
    stopClock()
    const { token } = visitor
    await logIn()
    expect(visitor.token).not.toBe(token)
    expect(visitor.view).toMatchObject({ session: { user: 'Ada' }, other: { user: 'Ada', stored: 1 } })
    expect(visitor.view.cookie).toMatchObject({ name: 'playground', token: visitor.token, rejected: null })
    const { createdAt = 0, slides, idleEnd = 0, absoluteEnd } = visitor.view.session
    expect([idleEnd - createdAt, slides, absoluteEnd]).toEqual([
      24 * HOUR,
      idleEnd - 21.6 * HOUR,
      createdAt + 7 * 24 * HOUR,
    ])
    await visitor.post('/log-out')
    expect(visitor.view).toMatchObject({ session: { user: undefined }, other: { user: undefined, stored: 0 } })
    expect(visitor.token).toBeUndefined()
  })

  it('slides when it is looked at after a tenth of its idle timeout: its cookie stays, and one beside it is set', async () => {
    stopClock()
    await logIn()
    const { token } = visitor
    const { idleEnd = 0 } = visitor.view.session
    vi.setSystemTime(Date.now() + 3 * HOUR)
    await visitor.get()
    const [exchange] = visitor.view.exchanges
    expect(exchange?.setCookie).toEqual([expect.stringMatching(/^playground\.seen=/)])
    expect(exchange?.events.map(({ type }) => type)).toEqual(['opened', 'renewed'])
    expect(visitor.html).toContain('its last use is kept beside it')
    expect(visitor.token).toBe(token)
    expect(visitor.view.session.idleEnd).toBe(idleEnd + 3 * HOUR)
  })

  it('does not slide by a look where slide is off, and the page says so', async () => {
    stopClock()
    await logIn()
    await visitor.post('/settings', { logoutGuard: 'on' })
    const { idleEnd } = visitor.view.session
    vi.setSystemTime(Date.now() + 3 * HOUR)
    await visitor.get()
    expect(visitor.view.session).toMatchObject({ user: 'Ada', slides: undefined, idleEnd })
    expect(visitor.html).toContain('only with a change')
    vi.setSystemTime(Date.now() + 21 * HOUR)
    await visitor.get()
    expect(visitor.view.session).toMatchObject({ user: undefined, rejected: 'idle' })
  })

  it('takes a timeout of its own: expiresAt follows, and after it the app is told why it is rejected', async () => {
    stopClock()
    await logIn()
    await visitor.post('/idle', { seconds: '60' })
    const { now, session } = visitor.view
    expect(session.idleEnd).toBe(Math.floor(now / 1000) * 1000 + 60_000)
    expect(visitor.html).toMatch(/req\.session\.expiresAt.*Ends unused<\/strong>\s*<time [^>]*>in (1 min|59 s)</s)
    vi.setSystemTime(Date.now() + 30_000)
    await visitor.get()
    expect(visitor.view.session).toMatchObject({ user: 'Ada', idleEnd: (session.idleEnd ?? 0) + 30_000 })
    vi.setSystemTime(Date.now() + 61_000)
    await visitor.get()
    expect(visitor.view.session).toMatchObject({ user: undefined, rejected: 'idle' })
    expect(visitor.html).toContain('<code>req.session.rejected</code> is <code>idle</code>')
  })

  it('gets what the schema of a new version gives it, and is rejected where it does not fit', async () => {
    await visitor.post('/settings', { slide: 'on', schema: 'on' })
    expect(visitor.view.session.data).toEqual({ cart: { tea: 1 }, theme: 'light' })
    await visitor.post('/settings', { slide: 'on' })
    expect(visitor.view.session.data).toEqual({ cart: { tea: 1 } })
    await set('cart.tea', 'text', 'much')
    await visitor.post('/settings', { slide: 'on', schema: 'on' })
    expect(visitor.view).toMatchObject({ session: { data: {}, rejected: 'schema' }, cookie: { rejected: 'schema' } })
    expect(visitor.view.exchanges[0]?.events).toMatchObject([{ type: 'rejected', paths: ['cart.tea'] }])
    expect(visitor.html).toContain('at <code>cart.tea</code>')
  })

  it('is not begun without a name, which is said on the page', async () => {
    const { token } = visitor
    const { steps } = visitor.view
    const response = await visitor.post('/log-in', { name: ' ' })
    expect(response.status).toBe(400)
    expect(visitor.view.problem?.explanation).toContain('name')
    expect(visitor.token).toBe(token)
    expect(visitor.view.steps).toEqual(steps)
  })

  it('holds nested data, and no path leads out of it', async () => {
    await set('cart.items', 'json', '[{"id":42}]')
    await set('cart.__proto__.polluted', 'text', 'yes')
    expect(visitor.view.session.data).toMatchObject({ cart: { items: [{ id: 42 }] } })
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    await visitor.post('/remove', { key: 'cart' })
    expect(visitor.view.session.data).toEqual({})
  })

  it.each([
    ['date', 'the Date came back as text'],
    ['map', 'the Map came back as {}'],
    ['function', 'the function was lost'],
  ])('says what becomes of a %s on both sides', async (kind, fate) => {
    await logIn()
    await set('odd', kind)
    expect(visitor.differences).toContain(`On both sides ${fate}`)
  })

  it('is what it was before, after a value that JSON cannot hold', async () => {
    await logIn()
    const { token } = visitor
    const response = await set('balance', 'bigint', '9007199254740993')
    expect(response.status).toBe(422)
    expect(visitor.view.problem?.error?.code).toBe('ERR_SESSION_UNSERIALIZABLE')
    expect(visitor.view.session.data).toEqual({ user: 'Ada' })
    expect(visitor.token).toBe(token)
    expect(visitor.view.steps[0]).toMatchObject({ ours: { status: 422 }, theirs: { status: 0, error: 'TypeError' } })
  })

  it('refuses data under the name of a member, where express-session loses them without a word', async () => {
    const response = await set('save', 'text', 'me')
    expect(response.status).toBe(400)
    expect(visitor.view.problem?.error?.code).toBe('ERR_SESSION_RESERVED')
    expect(visitor.differences).toContain('With express-session nobody was told of anything, and nothing was kept.')
  })
})

describe('the size', () => {
  it('can be filled to the limit, and one byte more is the error of an overflow', async () => {
    await logIn()
    await visitor.post('/fill', { to: 'limit' })
    const { token, view } = visitor
    expect(view.session.size.remaining).toBeGreaterThanOrEqual(0)
    expect(view.session.size.remaining).toBeLessThan(2)
    expect('playground'.length + (token?.length ?? 0)).toBe(view.session.size.bytes)
    const response = await visitor.post('/fill', { to: 'over' })
    expect(response.status).toBe(413)
    expect(visitor.view.problem).toMatchObject({ error: { code: 'ERR_SESSION_OVERFLOW', limit: 4093 } })
    expect(visitor.view.problem?.error?.bytes).toBeGreaterThan(4093)
    expect(visitor.token).toBe(token)
  })

  it('is said to the byte at which the answer has more than nginx takes', async () => {
    const { bytes, head } = await rawFill(visitor.port, visitor.cookie)
    expect(head - bytes + visitor.view.session.nginxAt).toBe(4097)
    expect(head).toBeGreaterThan(4096)
    expect(head).toBeLessThan(4100)
  })

  it('grows by the byte, and what went over the wire is counted as it was', async () => {
    const bytesUp = `Cookie: ${visitor.counted}`.length
    await visitor.post('/grow', { bytes: '1' })
    const [line] = visitor.view.exchanges.find(({ path }) => path === '/grow')?.setCookie ?? []
    expect(visitor.view.steps[0]).toMatchObject({
      title: 'Added 1 byte to notes',
      ours: { bytesUp, bytesDown: `Set-Cookie: ${line}`.length, bytesStored: 0 },
    })
    expect(visitor.view.steps[0]?.theirs.bytesStored).toBeGreaterThan(0)
  })
})

describe('the keys', () => {
  const kidOf = (token = '') => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid

  it('rotate at once: the old key still opens, and the next change is sealed with the new one', async () => {
    await logIn()
    const { cookie, token } = visitor
    const keys = () => visitor.view.keys.map(({ state, sealedThis }) => [state, sealedThis])
    const rotation = await visitor.post('/keys/rotate')
    expect(rotation.headers.getSetCookie()).toEqual([])
    expect(visitor.view.session.user).toBe('Ada')
    expect(keys()).toEqual([
      ['active', false],
      ['retired', true],
    ])
    await set('theme', 'text', 'dark')
    expect(kidOf(visitor.token)).not.toBe(kidOf(token))
    expect(keys()).toEqual([
      ['active', true],
      ['retired', false],
    ])
    visitor.cookie = cookie
    await visitor.get()
    expect(visitor.view.session.user).toBe('Ada')
  })

  it.each(['revoke', 'drop'])('open nothing any more after a %s', async (way) => {
    await logIn()
    const { cookie } = visitor
    const kid = kidOf(visitor.token)
    await visitor.post('/keys/rotate')
    await set('theme', 'text', 'dark')
    await visitor.post(`/keys/${way}`, { kid })
    expect(visitor.view.session.user).toBe('Ada')
    visitor.cookie = cookie
    await visitor.get()
    expect(visitor.view.cookie.rejected).toBe('missing-key')
  })

  it.each(['revoke', 'drop'])('end a session that has not changed since they sealed it, after a %s', async (way) => {
    await logIn()
    await visitor.post('/keys/rotate')
    await visitor.post(`/keys/${way}`, { kid: kidOf(visitor.token) })
    expect(visitor.view.cookie.rejected).toBe('missing-key')
    expect([visitor.view.session.user, visitor.view.other.user]).toEqual([undefined, undefined])
  })

  it('cannot be taken away while they seal', async () => {
    const [key] = visitor.view.keys
    const response = await visitor.post('/keys/revoke', { kid: key?.kid ?? '' })
    expect(response.status).toBe(409)
    expect(visitor.view.keys).toMatchObject([{ state: 'active' }])
  })

  it('come from SESSION_KEYS in every form that it takes, and are on no page', async () => {
    const jwk = { kty: 'oct', k: Buffer.from(OTHER_SECRET).toString('base64url') }
    const forms = [
      SECRET,
      JSON.stringify({ keys: [{ kty: 'oct', k: Buffer.from(SECRET).toString('base64url') }, jwk] }),
    ]
    for (const form of forms) {
      const states = { first: newState(form) }
      const other = await new Visitor(states).begin()
      await other.get()
      expect(other.view.hasOwnKeys).toBe(true)
      for (const { k } of states.first.keys) expect(other.html).not.toContain(k)
      expect(other.html).not.toContain(SECRET)
      other.end()
    }
  })
})

describe('the cookie', () => {
  it.each([
    ['/cookie/tamper', { at: '120' }, 'tampered'],
    ['/cookie/truncate', { length: '50' }, 'malformed'],
    ['/cookie/rename', {}, 'tampered'],
  ])('is rejected after %s, and opens when it is put back', async (path, fields, reason) => {
    await logIn()
    const { token } = visitor
    await visitor.post(path, fields as Record<string, string>)
    expect(visitor.view.cookie).toMatchObject({ rejected: reason, isSaved: true })
    expect(visitor.view.session.user).toBeUndefined()
    expect(visitor.differences).toContain(`rejects the cookie as ${reason}`)
    expect(visitor.view.exchanges[0]?.events).toMatchObject([{ type: 'rejected', reason }])
    await visitor.post('/cookie/restore')
    expect(visitor.token).toBe(token)
    expect(visitor.view).toMatchObject({ session: { user: 'Ada' }, other: { user: 'Ada' } })
  })

  it('opens for a thief also after the log-out, unless the app validates', async () => {
    await logIn()
    await visitor.post('/thief/steal')
    await visitor.post('/log-out')
    await visitor.post('/thief/use')
    expect(visitor.view.thief.tried).toMatchObject({ user: 'Ada', rejected: null })
    expect(visitor.differences).toBe('With sealed-session the thief is Ada, with express-session nobody (unknown).')
    expect(visitor.view.exchanges.some(({ isThief, path }) => isThief && path === '/who')).toBe(true)
    await visitor.post('/settings', { logoutGuard: 'on', validate: 'on' })
    await visitor.post('/thief/use')
    expect(visitor.view.thief.tried).toMatchObject({ user: null, rejected: 'invalidated' })
  })

  it('cannot be bound over plain HTTP: the page says what it takes, and plays it with a device that it made', async () => {
    stopClock()
    expect(visitor.html).toMatch(/id="binding">.*Your browser cannot do it here.*takes\s+https/s)
    expect(visitor.html).not.toContain('Switch on <code>deviceBound</code>')
    const rows = () => visitor.view.thief.played?.rows.map(([, ...outcomes]) => outcomes)
    await visitor.post('/thief/play')
    expect(rows()).toEqual([
      ['Ada', 'nobody: unproven'],
      ['Ada', 'Ada'],
      ['Ada', 'refused: signature'],
    ])
    expect(visitor.html).toMatch(/<strong>Simulated<\/strong>.*Your browser had no part in it/s)
    expect(visitor.view.exchanges.flatMap(({ events }) => events.map(({ name }) => name))).not.toContain('bound')
    const { until = 0 } = visitor.view.thief.played?.copy ?? {}
    vi.setSystemTime(until - 1000)
    await visitor.post('/thief/play', { again: 'yes' })
    expect(rows()?.[1]).toEqual(['Ada', 'Ada'])
    vi.setSystemTime(until + 1000)
    await visitor.post('/thief/play', { again: 'yes' })
    expect(rows()?.slice(0, 2)).toEqual([
      ['Ada', 'nobody: unproven'],
      ['Ada', 'nobody: unproven'],
    ])
  })

  it('is not Secure over plain HTTP, also in production', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const production = await new Visitor().begin()
    await production.get()
    const response = await production.post('/log-in', { name: 'Ada' })
    expect(response.status).toBe(303)
    expect(response.headers.getSetCookie().join()).not.toContain('Secure')
    expect(production.view.session.user).toBe('Ada')
    production.end()
  })
})

describe('requests that overlap', () => {
  /** Both go out with the cookies of before, and each is answered with its own. */
  const sendAtOnce = (...paths: string[]) => Promise.all(paths.map((path) => visitor.send(path, { method: 'POST' })))

  it('write at once, and the one that is answered last wins on both sides', async () => {
    await logIn()
    await sendAtOnce('/race/a', '/race/b')
    await visitor.get()
    const kept = ['race-a', 'race-b'].filter((field) => field in visitor.view.session.data)
    expect(kept).toHaveLength(1)
    expect(visitor.view.steps[0]?.title).toBe('Let 2 requests write at once')
    expect(visitor.differences).toContain('the last writer did not know of it')
  })

  it.each([
    [true, undefined],
    [false, 'Ada'],
  ])('do not undo a log-out with the guard (%s: %s)', async (guard, user) => {
    await visitor.post('/settings', guard ? { logoutGuard: 'on' } : {})
    await logIn()
    const reached = visitor.reached('/slow')
    const late = visitor.send('/slow', { method: 'POST' })
    await reached
    await visitor.send('/log-out', { method: 'POST' })
    await late
    await visitor.get()
    expect(visitor.view.session.user).toBe(user)
    expect(visitor.view.cookie.rejected).toBe(guard ? 'ended' : null)
    expect(visitor.view.steps[0]?.title).toBe('Answered late')
  })

  it('are not held for ever where nobody else comes', async () => {
    await logIn()
    expect((await visitor.post('/race/a')).status).toBe(303)
    expect(visitor.view.session.data).toHaveProperty('race-a')
  })
})

describe('the process', () => {
  it('ends and begins again with nothing but its state, and the session is still there', async () => {
    await logIn()
    const response = await visitor.send('/restart', { method: 'POST' })
    expect(await response.text()).toContain('http-equiv="refresh"')
    expect(visitor.restart).toHaveBeenCalledOnce()
    const next = await new Visitor(
      JSON.parse(JSON.stringify(visitor.restart.mock.lastCall?.[0])),
      visitor.cookie,
    ).begin()
    await next.get()
    expect(next.view).toMatchObject({ session: { user: 'Ada' }, other: { user: undefined, stored: 0 } })
    expect(next.view.steps[0]?.title).toBe('Restarted the server')
    expect(next.differences).toContain('With express-session user is gone: it ended with the process.')
    next.end()
  })

  it('starts over when it is asked to', async () => {
    await logIn()
    await visitor.post('/keys/rotate')
    await visitor.post('/log-out')
    await logIn()
    await visitor.post('/reset')
    expect(visitor.view).toMatchObject({
      session: { user: undefined, data: { cart: { tea: 1 } } },
      keys: [{ state: 'active' }],
      steps: [{ title: FIRST_VISIT }],
      other: { stored: 1 },
    })
  })

  it('keeps the last twenty requests, and no more', async () => {
    for (let times = 0; times < 12; times++) await visitor.post('/grow', { bytes: '1' })
    expect(visitor.view.exchanges).toHaveLength(20)
    expect(visitor.view.exchanges[0]).toMatchObject({ method: 'GET', path: '/', status: 200, cookie: visitor.counted })
    expect(visitor.view.exchanges[1]?.events.map(({ type }) => type)).toEqual(['opened', 'sealed'])
  })

  it('lets no other site in, by its name or by its buttons', async () => {
    await logIn()
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'null' }]) {
      expect((await visitor.post('/log-out', {}, headers as Record<string, string>)).status).toBe(403)
    }
    expect(await raw(visitor.port, 'GET / HTTP/1.0\r\nHost: rebound.example\r\n\r\n')).toMatch(/^HTTP\/1.1 403 /)
    await visitor.get()
    expect(visitor.view.session.user).toBe('Ada')
  })

  it('shows the session beside what could not be read, and beside a page that is not there', async () => {
    await logIn()
    expect((await visitor.post('/set', { path: 'a', value: 'x'.repeat(70_000) })).status).toBe(413)
    expect(visitor.view).toMatchObject({ problem: { status: 413 }, session: { user: 'Ada' } })
    expect((await visitor.get('/nowhere')).status).toBe(404)
    expect(visitor.view).toMatchObject({ problem: { title: 'No such page' }, session: { user: 'Ada' } })
  })

  it('serves its script, and pages that load nothing from elsewhere', async () => {
    const script = await visitor.get('/script.js')
    expect(script.headers.get('content-type')).toContain('javascript')
    expect(await script.text()).not.toMatch(/^import /m)
    const response = await visitor.get()
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
})

/** Fills the session until nginx fails, as nginx asks: over HTTP/1.0. The bytes of the cookie, and of the head. */
async function rawFill(port: number, cookie = ''): Promise<{ bytes: number; head: number }> {
  const body = 'to=nginx'
  const head = await raw(
    port,
    `POST /fill HTTP/1.0\r\nHost: localhost\r\nCookie: ${cookie}\r\n` +
      'Content-Type: application/x-www-form-urlencoded\r\n' +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  )
  const [, pair = ''] = /^Set-Cookie: ([^;]*)/m.exec(head) ?? []
  return { bytes: pair.length - 1, head: head.indexOf('\r\n\r\n') + 4 }
}

async function raw(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  socket.write(request)
  return (await socket.toArray()).join('')
}
