import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BoundBrowser, LINKED, OWN, TYPED } from '../support/device-browser.js'
import { OTHER_SECRET, SECRET, THIRD_SECRET } from '../support/secrets.js'
import { App, rollingRestart, startApps } from './support/apps.js'
import { startBalancers } from './support/balancers.js'
import { temporaryFolder } from './support/folder.js'
import { startNginx } from './support/nginx.js'
import { freePort } from './support/ports.js'
import { endAll } from './support/processes.js'

const PROOF = '__Host-session.bound'
const MINUTE = 60

afterEach(endAll)

describe('behind nginx, which strips the prefix /shop, a session', () => {
  /** A browser at an nginx in front of an app with this option. */
  async function browserBefore(deviceBound: unknown): Promise<BoundBrowser> {
    const { origin } = await App.start({
      SESSION_KEYS: SECRET,
      TRUST_PROXY: '1',
      DEVICE_BOUND: JSON.stringify(deviceBound),
    })
    const port = await freePort()
    const strips = `location /shop/ { proxy_pass ${origin}/; proxy_set_header X-Forwarded-Proto https; }`
    await startNginx(`server { listen 127.0.0.1:${port}; ${strips} }`, [port])
    return new BoundBrowser(port)
  }
  const whoami = async (browser: BoundBrowser, headers: object = OWN) =>
    JSON.parse((await browser.ask('/shop/whoami', headers)).body)

  describe('with the path of the endpoint', () => {
    let browser: BoundBrowser
    beforeEach(async () => {
      browser = await browserBefore({ path: '/shop/.bound/session' })
      await browser.register(await browser.ask('/shop/login?user=Ada'))
    })

    it('is registered, proved and bound below the prefix', async () => {
      expect(browser.refreshUrl).toBe('/shop/.bound/session')
      expect((await browser.refresh()).status).toBe(200)
      expect(await whoami(browser, TYPED)).toMatchObject({ user: 'Ada', isBound: true })
      browser.jar.delete(PROOF)
      expect(await whoami(browser)).toMatchObject({ user: null, isBound: false })
      await browser.refresh()
      expect(await whoami(browser)).toMatchObject({ user: 'Ada', isBound: true })
    })

    it('has a page that a link leads to loaded again, below the prefix and with its query', async () => {
      await browser.refresh()
      await whoami(browser, TYPED)
      browser.jar.delete(PROOF)
      const asked = '/shop/whoami?from=a%20mail'
      const [, again = ''] = /^0;url=(.*)$/.exec((await browser.ask(asked, LINKED)).header('refresh') ?? '') ?? []
      const { pathname, search } = new URL(again, new URL(asked, 'https://shop.example'))
      expect(pathname + search).toBe(asked)
      await browser.refresh()
      expect(JSON.parse((await browser.ask(pathname + search)).body).user).toBe('Ada')
    })
  })

  it('stays unbound where the app does not know of the prefix, and goes on', async () => {
    const browser = await browserBefore(true)
    expect((await browser.register(await browser.ask('/shop/login?user=Ada'))).status).toBe(404)
    expect(await whoami(browser, TYPED)).toMatchObject({ user: 'Ada', isBound: false })
  })
})

/** The time of the browsers and of the app's processes, which is ahead of the real one. */
class Time {
  readonly #began = Math.floor(Date.now() / 1000)
  /** Seconds. It moves by less than the minute that clocks may be apart, while no request is under way. */
  ahead = 0

  /** Seconds since the epoch. */
  get now(): number {
    return this.#began + this.ahead
  }
}

/** A user whose browser drops a proof that is over, and refreshes before the next request. */
class BoundUser {
  readonly #browser: BoundBrowser
  readonly #user: string
  readonly #time: Time
  #proofEnds = 0
  #counted = 0
  /** Those that gave a proof. */
  refreshes = 0
  /** Requests and refreshes that nobody has answered. Browsers try again with the next request. */
  failed = 0
  /** The first answer that did not know the user, or ended the key. */
  signedOut: string | undefined

  constructor(port: number, user: string, time: Time) {
    this.#browser = new BoundBrowser(port)
    this.#user = user
    this.#time = time
    Object.defineProperty(this.#browser.always, 'x-clock-ahead', { get: () => time.ahead, enumerable: true })
  }

  async bind(): Promise<void> {
    await this.#browser.register(await this.#browser.ask(`/login?user=${this.#user}`))
    expect(await this.#refresh()).toBe(true)
    await this.#browser.ask('/whoami')
  }

  async ask(hasLostProof = false): Promise<void> {
    if (hasLostProof || this.#time.now >= this.#proofEnds) {
      this.#browser.jar.delete(PROOF)
      if (!(await this.#refresh())) return
    }
    const answer = await this.#browser.ask('/count', OWN).catch(() => undefined)
    if (answer?.status !== 200) {
      this.failed++
      return
    }
    const { user, isBound, count } = JSON.parse(answer.body)
    if (user !== this.#user || !isBound || count !== ++this.#counted) this.signedOut ??= answer.body
  }

  /** Whether there is a proof again. */
  async #refresh(): Promise<boolean> {
    const answer = await this.#browser.refresh().catch(() => undefined)
    if (answer?.status !== 200) {
      this.failed++
      return false
    }
    const [, maxAge] = /Max-Age=(\d+)/.exec(answer.set.join()) ?? []
    if (maxAge === undefined) this.signedOut ??= answer.body
    else this.refreshes++
    this.#proofEnds = this.#time.now + Number(maxAge ?? 0)
    return maxAge !== undefined
  }
}

describe('three processes under load, with keys from a ring that rotates, while they are killed and restarted,', () => {
  const time = new Time()
  let users: BoundUser[]
  let file: string

  async function publish(...keys: readonly [kid: string, secret: string, times?: object][]): Promise<void> {
    const jwks = keys.map(([kid, secret, times]) => ({
      ...{ kty: 'oct', kid, k: Buffer.from(secret).toString('base64url') },
      ...times,
    }))
    await writeFile(`${file}.new`, JSON.stringify({ keys: jwks }))
    await rename(`${file}.new`, file)
  }

  /** Everybody asks for something at once, and so again and again while time passes. */
  async function pass(minutes: number): Promise<void> {
    for (const end = time.ahead + minutes * MINUTE; time.ahead < end; ) {
      time.ahead += 45
      await Promise.all(users.map((user) => user.ask()))
    }
  }
  /** Everybody asks until something is done, for which no time passes; every second one refreshes each time. */
  async function askDuring(work: Promise<unknown>): Promise<void> {
    let isDone = false
    const done = work.finally(() => (isDone = true))
    for (; !isDone; await pause(20)) await Promise.all(users.map((user, index) => user.ask(index % 2 === 0)))
    await done
  }

  it('never sign out a user whose session is bound', async () => {
    file = join(await temporaryFolder(), 'keys.json')
    await publish(['a', SECRET])
    const apps = await startApps(3, { KEYS_FILE: file, TRUST_PROXY: '1', DEVICE_BOUND: 'true' })
    const ports = Object.values(await startBalancers(apps)).map((origin) => Number(new URL(origin).port))
    users = ports.flatMap((port) => Array.from({ length: 4 }, (_, index) => new BoundUser(port, `user${index}`, time)))
    // One after the other, so that their proofs do not all end at once.
    for (const user of users) {
      await user.bind()
      time.ahead += 45
    }

    // Pending until all know it, then active; the key before opens what is still in use, and expires.
    const activation = time.now + 5 * MINUTE
    const end = activation + 12 * MINUTE
    await publish(['b', OTHER_SECRET, { nbf: activation }], ['a', SECRET, { exp: end }])
    await askDuring(pause(1500))
    await (apps[0] as App).kill()
    await pass(6)
    await askDuring((apps[0] as App).restart())
    await pass(12)
    expect(time.now).toBeGreaterThan(end)
    await publish(['c', THIRD_SECRET, { nbf: time.now + 5 * MINUTE }], ['b', OTHER_SECRET])
    await askDuring(rollingRestart(apps))
    await pass(5 + 12)
    // Nobody has anything by now that the second key has sealed.
    await publish(['c', THIRD_SECRET])
    await askDuring(pause(1500))
    await pass(6)

    const sum = (of: 'refreshes' | 'failed') => users.reduce((total, user) => total + user[of], 0)
    const counts = {
      users: users.length,
      minutes: time.ahead / MINUTE,
      refreshes: sum('refreshes'),
      failed: sum('failed'),
    }
    console.log('bound sessions while keys rotate and processes restart:', counts)
    expect(users.flatMap(({ signedOut }) => signedOut ?? [])).toEqual([])
    for (const { refreshes } of users) expect(refreshes).toBeGreaterThan(3)
  })
})
