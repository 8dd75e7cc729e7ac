import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { Agent, request as requestSecurely } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import { generate } from 'selfsigned'
import { beforeAll, describe, expect, it } from 'vitest'
import { seconds } from '../../lib/checks.js'
import session, { type SessionOptions } from '../../lib/index.js'
import { DEVICE_OPTIONS } from '../../lib/options/device.js'
import { settingsFrom } from '../../lib/options/options.js'
import { newDevice, refreshProof, registrationProof } from '../support/device.js'
import { everyBlockRan, examplesOf } from '../support/examples.js'
import { sectionOf } from '../support/pages.js'
import { SECRET } from '../support/secrets.js'

const device = examplesOf('spec/guide/device-bound.md')
const NAME = '__Host-Http-session'
const PROOF = '__Host-session.bound'
const ENDPOINT = '/.bound/session'

/** The headers of a page that was typed in, of a link from another site, and of a page's own `fetch`. */
const TYPED = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' }
const LINKED = { ...TYPED, 'sec-fetch-site': 'cross-site' }
const OWN = { 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' }

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A browser that can bind sessions, behind a proxy that ends TLS. It registers and refreshes when it is told to. */
class DeviceBrowser {
  readonly jar = new Map<string, string>()
  readonly #device = newDevice()
  readonly #port: string
  #identifier = ''
  #challenge = ''

  constructor(origin: string) {
    this.#port = new URL(origin).port
  }

  async ask(path: string, headers: object = TYPED, method = 'GET', body = ''): Promise<Answer> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const form = body && { 'content-type': 'application/x-www-form-urlencoded' }
    const sent = { ...headers, 'x-forwarded-proto': 'https', ...form, ...(cookie && { cookie }) }
    const asked = request({ host: '127.0.0.1', port: this.#port, path, method, headers: sent, agent: false }).end(body)
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    for (const line of response.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/; Max-Age=0;/.test(line)) this.jar.delete(name)
      else this.jar.set(name, value)
    }
    const [, challenge] = /^"([^"]*)"/.exec(String(response.headers['secure-session-challenge'])) ?? []
    if (challenge) this.#challenge = challenge
    return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) }
  }

  post(path: string, headers: object = OWN, body = ''): Promise<Answer> {
    return this.ask(path, headers, 'POST', body)
  }

  async json(path: string, headers?: object): Promise<unknown> {
    return JSON.parse((await this.ask(path, headers)).body)
  }

  /** Does what an offer asks for: registers a key, and proves it. Returns what the browser is told. */
  async register(offered: Answer): Promise<{ readonly allowed_refresh_initiators?: string[] }> {
    const offer = String(offered.headers['secure-session-registration'])
    const [, path = '', challenge = ''] = /^\(ES256\);path="([^"]*)";challenge="([^"]*)"$/.exec(offer) ?? []
    expect(path).toBe(ENDPOINT)
    const { body } = await this.post(path, { 'secure-session-response': registrationProof(this.#device, challenge) })
    const told = JSON.parse(body)
    this.#identifier = told.session_identifier
    expect((await this.refresh()).status).toBe(200)
    return told
  }

  refresh(): Promise<Answer> {
    const proof = refreshProof(this.#device, this.#challenge)
    return this.post(ENDPOINT, { 'sec-secure-session-id': this.#identifier, 'secure-session-response': proof })
  }

  /** A thief's browser, with the cookies of these names. */
  stolen(origin: string, ...names: string[]): DeviceBrowser {
    const thief = new DeviceBrowser(origin)
    for (const name of names) thief.jar.set(name, this.jar.get(name) as string)
    return thief
  }
}

const withBrowser = (heading: string, use: (browser: DeviceBrowser, origin: string) => Promise<void>) =>
  device.serve(device.fileOf(heading), (origin) => use(new DeviceBrowser(origin), origin))

describe('the examples of device-bound sessions', () => {
  it('a session is bound, its copy is worth nothing, and it ends sooner if it is not bound', async () => {
    await withBrowser('Switch it on', async (browser, origin) => {
      const login = await browser.post('/login')
      const hoursLeft = async () => {
        const { until } = (await browser.json('/', OWN)) as { until: string }
        return Math.round((Date.parse(until) - Date.now()) / 3_600_000)
      }
      expect(await browser.json('/', OWN)).toMatchObject({ user: 'Ada', isBound: false })
      expect(await hoursLeft()).toBe(12)
      await browser.register(login)
      expect(await browser.json('/')).toMatchObject({ user: 'Ada', isBound: true })
      expect(await hoursLeft()).toBe(24)
      expect(await browser.stolen(origin, NAME).json('/', OWN)).toMatchObject({ user: null, isBound: false })
    })
  })

  it('a session that begins on the log-in page is bound from the first response to the user on', async () => {
    await withBrowser('Bound before log-in', async (browser, origin) => {
      const page = await browser.ask('/login')
      await browser.register(page)
      expect((await browser.post('/login', OWN, `csrf=${randomUUID()}`)).status).toBe(403)
      const [, csrf] = /value="([^"]+)"/.exec(page.body) ?? []
      const login = await browser.post('/login', OWN, `csrf=${csrf}`)
      expect(JSON.parse(login.body)).toEqual({ user: 'Ada', isBound: true })
      expect(await browser.stolen(origin, NAME).json('/', OWN)).toEqual({ user: null, isBound: false })
      expect(await browser.json('/')).toEqual({ user: 'Ada', isBound: true })
      const other = new DeviceBrowser(origin)
      const [, theirs] = /value="([^"]+)"/.exec((await other.ask('/login')).body) ?? []
      expect(JSON.parse((await other.post('/login', {}, `csrf=${theirs}`)).body)).toEqual({
        user: 'Ada',
        isBound: false,
      })
    })
  })

  it('a user whose key is gone logs in again, and gets another', async () => {
    await withBrowser('Bound before log-in', async (browser, origin) => {
      await browser.register(await browser.ask('/login'))
      await browser.ask('/')
      // What a copied profile has, on a computer without the key.
      const elsewhere = browser.stolen(origin, NAME)
      const waiting = await elsewhere.ask('/login')
      expect([waiting.headers['refresh'], waiting.headers['set-cookie']]).toEqual(['5', undefined])
      const [, again = ''] = /href="([^"]+)"/.exec(waiting.body) ?? []
      const form = await elsewhere.ask(`/login${again}`)
      await elsewhere.register(form)
      const [, csrf] = /value="([^"]+)"/.exec(form.body) ?? []
      const login = await elsewhere.post('/login', OWN, `csrf=${csrf}`)
      expect(JSON.parse(login.body)).toEqual({ user: 'Ada', isBound: true })
    })
  })

  it('an action is refused until the session is bound', async () => {
    await withBrowser('Actions that need a bound session', async (browser) => {
      const login = await browser.post('/login')
      expect((await browser.ask('/', OWN)).body).toBe('Hello Ada')
      expect((await browser.post('/transfer')).status).toBe(403)
      await browser.register(login)
      expect((await browser.post('/transfer')).body).toBe('Ada has sent the money')
    })
  })

  it('an API is called by the pages of another host, which browsers are told', async () => {
    await withBrowser('An API on another host', async (browser) => {
      const from = (host: string) => ({ ...OWN, 'sec-fetch-site': 'same-site', origin: `https://${host}` })
      const other = await browser.post('/login', from('other.example.com'))
      expect(other.headers['secure-session-registration']).toBeUndefined()
      const login = await browser.post('/login', from('app.example.com'))
      expect((await browser.register(login)).allowed_refresh_initiators).toEqual(['app.example.com'])
    })
  })

  it('without enforcing, what would be rejected is counted by platform, but for links and reasons of the browser', async () => {
    await withBrowser('Two weeks of watching', async (browser, origin) => {
      await browser.register(await browser.post('/login'))
      expect(await browser.json('/')).toEqual({ user: 'Ada' })
      const lapsed = browser.stolen(origin, NAME)
      expect(await lapsed.json('/', { ...OWN, 'sec-ch-ua-platform': '"Windows"' })).toEqual({ user: 'Ada' })
      expect(await lapsed.json('/', LINKED)).toEqual({ user: 'Ada' })
      expect(await lapsed.json('/', { ...OWN, 'secure-session-skipped': 'unreachable' })).toEqual({ user: 'Ada' })
      expect(await browser.json('/counts')).toEqual({ offered: 1, bound: 1, 'unproven: "Windows"': 1 })
    })
  })
})

describe('the example of client certificates', () => {
  const at = (name: string) => join(device.folder, name)
  beforeAll(async () => {
    for (const name of ['server', 'one', 'two']) {
      const { private: key, cert } = await generate([{ name: 'commonName', value: name }], { keyType: 'ec' })
      writeFileSync(at(`${name}.key`), key)
      writeFileSync(at(`${name}.crt`), cert)
    }
    const both = ['one', 'two'].map((name) => readFileSync(at(`${name}.crt`), 'utf8'))
    writeFileSync(at('devices.crt'), both.join('\n'))
  })

  it('a session goes on with the certificate that it began with, and with no other', async () => {
    const file = device.fileOf('Client certificates, for companies')
    const read = (name: string) => readFileSync(at(name), 'utf8')
    // The program reads its files from where it is started.
    const here = `process.chdir(${JSON.stringify(device.folder)})\n`
    await device.serve(withFirst(file, here), async (origin) => {
      const { port } = new URL(origin)
      const client = (name?: string) =>
        new Agent({ rejectUnauthorized: false, ...(name && { key: read(`${name}.key`), cert: read(`${name}.crt`) }) })
      const ask = async (agent: Agent, method: string, path: string, cookie = '') => {
        const asked = requestSecurely({ host: '127.0.0.1', port, agent, method, path, headers: { cookie } }).end()
        const [response] = (await once(asked, 'response')) as [IncomingMessage]
        const isResumed = (response.socket as TLSSocket).isSessionReused()
        return { body: await text(response), set: response.headers['set-cookie']?.[0] ?? '', isResumed }
      }
      const [one, two] = [client('one'), client('two')]
      const [cookie = ''] = (await ask(one, 'POST', '/login')).set.split(';')
      expect(await ask(one, 'GET', '/', cookie)).toMatchObject({ body: 'Hello Ada', isResumed: true })
      expect((await ask(two, 'GET', '/', cookie)).body).toBe('Hello stranger')
      await expect(ask(client(), 'GET', '/', cookie)).rejects.toThrow()
    })
  })
})

describe('the page of device-bound sessions', () => {
  const settingsOf = (deviceBound: SessionOptions['deviceBound']) => settingsFrom({ keys: SECRET, deviceBound }).device
  const rows = new Map(
    [...sectionOf(device.page, 'Options of deviceBound').matchAll(/^\| `(\w+)` \| (.*?) \| (.*) \|$/gm)].map(
      ([, name = '', value = '', meaning = '']) => [name, { value: value.replaceAll('`', ''), meaning }] as const,
    ),
  )

  it('has every option with its default', () => {
    expect([...rows.keys()]).toEqual(DEVICE_OPTIONS)
    const defaults = settingsOf(true)
    expect(seconds(rows.get('proofTimeout')?.value.replaceAll("'", ''), '')).toBe(defaults?.proofTimeout)
    expect(defaults?.unboundTimeout).toBe(Number.POSITIVE_INFINITY)
    expect(rows.get('unboundTimeout')?.value).toBe('absoluteTimeout')
    expect(JSON.parse(rows.get('initiators')?.value as string)).toEqual(defaults?.initiators)
    expect(JSON.parse(rows.get('enforce')?.value as string)).toBe(defaults?.enforce)
    expect(defaults?.path).toBeUndefined()
  })

  it('has the bounds of durations, and a path that is taken', () => {
    const durations = (name: string) => rows.get(name)?.meaning.match(/(?<=`')\d+[mh](?='`)/g) ?? []
    const [least, most] = durations('proofTimeout')
    expect(settingsOf({ proofTimeout: least })?.proofTimeout).toBe(300)
    expect(settingsOf({ proofTimeout: most })?.proofTimeout).toBe(3600)
    for (const proofTimeout of ['299s', '3601s']) expect(() => settingsOf({ proofTimeout })).toThrow('proofTimeout')
    expect(settingsOf({ unboundTimeout: durations('unboundTimeout')[0] })?.unboundTimeout).toBe(60)
    expect(() => settingsOf({ unboundTimeout: '59s' })).toThrow('unboundTimeout')
    const [path] = rows.get('path')?.meaning.match(/(?<=`')\/[^']+(?='`)/) ?? []
    expect(settingsOf({ path })?.path).toBe('/shop/.bound/session')
  })

  it.each([
    { oneCookie: true },
    { cookie: { domain: 'example.com' } },
    { cookie: { secure: false } },
    { cookie: { partitioned: true, secure: true } },
  ])('says with what it does not go: %j', (other) => {
    expect(() => settingsFrom({ keys: SECRET, deviceBound: true, ...other })).toThrow('deviceBound')
  })

  it('says how many bytes it costs', async () => {
    const stated = [...sectionOf(device.page, 'What it costs').matchAll(/^\| .* \| \D*(\d+).* \|$/gm)].map(
      ([, n]) => +(n ?? 0),
    )
    await device.serve(device.fileOf('Switch it on'), async (origin) => {
      const browser = new DeviceBrowser(origin)
      const login = await browser.post('/login')
      const before = browser.jar.get(NAME)?.length as number
      await browser.register(login)
      await browser.ask('/')
      const more = (browser.jar.get(NAME)?.length as number) - before
      const proof = `; ${PROOF}=${browser.jar.get(PROOF)}`.length
      const offer = `Secure-Session-Registration: ${login.headers['secure-session-registration']}\r\n`.length
      expect([more, proof, largest(undefined) - largest(true)]).toEqual(stated.slice(0, 3))
      expect(Math.round(offer / 100) * 100).toBe(stated[3])
    })
  })

  it('says that changing the name of the cookie signs out who is bound, and leaving deviceBound out does not', async () => {
    await withBrowser('Switch it on', async (browser) => {
      const login = await browser.post('/login')
      const unbound = browser.jar.get(NAME)
      await browser.register(login)
      await browser.ask('/')
      const { sealedSession } = await import('../../lib/migrate/index.js')
      const migrateFrom = [sealedSession({ name: 'session' })]
      const renamed = session({
        keys: SECRET,
        name: 'shop',
        deviceBound: true,
        migrateFrom,
        cookie: { secure: 'assume' },
      })
      const both = (value: string | undefined) => `${NAME}=${value}; ${PROOF}=${browser.jar.get(PROOF)}`
      const open = (cookie: string) => renamed.open({ headers: { cookie } })
      expect(open(both(unbound)).session).toMatchObject({ user: 'Ada' })
      expect(open(both(browser.jar.get(NAME))).rejected).toBe('unproven')
      const without = session({ keys: SECRET, cookie: { secure: 'assume' } })
      const { session: found } = without.open({ headers: { cookie: `${NAME}=${browser.jar.get(NAME)}` } })
      expect(found).toMatchObject({ user: 'Ada', isBound: false })
    })
  })
})

/** The most bytes of JSON that fit into a session. */
function largest(deviceBound: true | undefined): number {
  const { seal } = session({ keys: SECRET, deviceBound, cookie: { secure: 'assume' } })
  const fits = (length: number) => {
    try {
      seal({ filling: 'x'.repeat(length) } as object)
      return true
    } catch {
      return false
    }
  }
  let length = 2500
  while (fits(length + 1)) length += 1
  return length
}

/** A program with a line in front of its own. */
function withFirst(file: string, line: string): string {
  writeFileSync(file, line + readFileSync(file, 'utf8'))
  return file
}

everyBlockRan(device)
