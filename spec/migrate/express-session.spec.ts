import express from 'express'
import expressSessionOf, { MemoryStore } from 'express-session'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { expressSession } from '../../lib/migrate/index.js'
import { at, HOUR, startClock, stopClock } from '../support/clock.js'
import { altered, asking, cookiesOf, HOSTILE_JSON, headerOf } from './support.js'

type Any = any

const SECRETS = ['new secret', 'old secret']
const DATA = { user: { id: 'u1' }, views: 3 }

let store: InstanceType<typeof MemoryStore>
beforeEach(() => {
  stopClock()
  store = new MemoryStore()
})
afterEach(startClock)

/** What express-session sets for this data, which it keeps in the store. */
async function minted(options: Any = {}, data: object = DATA): Promise<string> {
  const app = express()
  app.use(expressSessionOf({ secret: SECRETS, store, resave: false, saveUninitialized: true, ...options }))
  app.get('/', (req: Any, res) => void res.json(Object.assign(req.session, data)))
  return headerOf(await cookiesOf(app))
}

function read(cookie: string | undefined, options: Any = {}): Any {
  return expressSession({ store, secret: SECRETS, ...options }).read(asking(cookie))
}

/** A store that answers so. */
function answering(...answer: unknown[]): Any {
  return { get: vi.fn((_sid: string, callback: Any) => void callback(...answer)) }
}

describe('a session of express-session', () => {
  it('is read from its store, without what it says of its cookie', async () => {
    const cookie = await minted({ cookie: { maxAge: HOUR * 1000 } })
    const [, id] = /^connect\.sid=s%3A([^.]+)\./.exec(cookie) ?? []
    expect(await read(cookie)).toEqual({ data: DATA, cookies: [{ name: 'connect.sid' }], accepted: [id] })
    expect(expressSession({ store, secret: 'x' }).from).toBe('express-session')
  })

  it('may have another name, path and domain', async () => {
    const cookie = await minted({ name: '__Host-sid' })
    const where = { path: '/app', domain: 'example.test' }
    const found = await read(cookie, { name: '__Host-sid', ...where })
    expect(found.cookies).toEqual([{ name: '__Host-sid', ...where }])
    expect(read(cookie)).toBeUndefined()
  })

  it('may be signed with any of several secrets', async () => {
    const old = await minted({ secret: 'old secret' })
    expect((await read(old)).data).toEqual(DATA)
    expect((await read(old, { secret: Buffer.from('old secret') })).data).toEqual(DATA)
    expect(read(old, { secret: 'new secret' })).toBeUndefined()
  })

  it('may have an id with dots', async () => {
    expect((await read(await minted({ genid: () => 'a.b/c+\u00e9' }))).data).toEqual(DATA)
  })

  it('stays in the store, as other requests of the page still need it', async () => {
    const cookie = await minted()
    const [set, destroy, touch] = (['set', 'destroy', 'touch'] as const).map((name) => vi.spyOn(store, name))
    await read(cookie)
    expect((await read(cookie)).data).toEqual(DATA)
    for (const method of [set, destroy, touch]) expect(method).not.toHaveBeenCalled()
  })

  it('keeps what transform returns, and is none if that is undefined', async () => {
    const cookie = await minted()
    expect((await read(cookie, { transform: ({ user }: Any) => ({ userId: user.id }) })).data).toEqual({ userId: 'u1' })
    expect(await read(cookie, { transform: () => undefined })).toBeUndefined()
    await expect(read(cookie, { transform: () => [] })).rejects.toMatchObject({ code: 'ERR_SESSION_OPTIONS' })
  })

  it('is not a session if it holds nothing but its cookie', async () => {
    expect(await read(await minted({}, {}))).toBeUndefined()
  })

  it('may have members with names of Object, which change nothing else', async () => {
    const { data } = await read(await minted(), { store: answering(null, JSON.parse(HOSTILE_JSON)) })
    expect(Object.keys(data)).toEqual(['__proto__', 'constructor', 'user'])
    expect(({} as Any).admin).toBeUndefined()
  })
})

describe('the store', () => {
  it('is not asked without a cookie that verifies, and nothing is awaited then', async () => {
    const cookie = await minted()
    const value = cookie.slice('connect.sid='.length)
    const get = vi.spyOn(store, 'get')
    const bad = [
      ...[
        altered(value, 8),
        altered(value, -1),
        altered(value, -20),
        value.slice(0, -1),
        value.slice(1),
        `${value}%3D`,
      ],
      ...[
        '',
        's%3A',
        's%3A.',
        's:.x',
        's%3Aid',
        'j%3A%7B%7D',
        '%',
        '%E0%A4%A',
        value.replace('s%3A', ''),
        'x'.repeat(4097),
      ],
    ]
    for (const one of bad) expect(read(`connect.sid=${one}`)).toBeUndefined()
    expect(read(undefined)).toBeUndefined()
    expect(read('theme=dark')).toBeUndefined()
    expect(read(cookie, { secret: 'another' })).toBeUndefined()
    expect(get).not.toHaveBeenCalled()
  })

  it('is not asked for an id that is not marked as signed, though its signature is right', async () => {
    const asked = answering(null, DATA)
    const [, id = '', mac = ''] = /^connect\.sid=s%3A([^.]+)\.(.+)$/.exec(await minted()) ?? []
    const found = (value: string) => read(`connect.sid=${value}`, { store: asked })
    for (const mark of ['', 'j%3A', 'S%3A', 's', 'ss', '%3A', 'xx', 's%3B', '%20s%3A', 'ss%3A', 's%253A', 's%00']) {
      expect(found(`${mark}${id}.${mac}`), mark).toBeUndefined()
    }
    expect(asked.get).not.toHaveBeenCalled()
    expect((await found(`s:${id}.${mac}`)).data).toEqual(DATA)
  })

  it('is not asked for an id in a value that is longer than a cookie can be', async () => {
    const asked = answering(null, DATA)
    const cookie = await minted({ genid: () => 'i'.repeat(5000) })
    expect(cookie.length).toBeGreaterThan(4097)
    expect(read(cookie, { store: asked })).toBeUndefined()
    expect(asked.get).not.toHaveBeenCalled()
  })

  it('may know nothing of the id', async () => {
    const cookie = await minted()
    for (const answer of [[], [null, null], [undefined, undefined], [null, 'text'], [null, []]]) {
      expect(await read(cookie, { store: answering(...answer) })).toBeUndefined()
    }
    store.clear()
    expect(await read(cookie)).toBeUndefined()
  })

  it('may say by ENOENT that it knows nothing, as stores of files do', async () => {
    const error = Object.assign(new Error('no such file'), { code: 'ENOENT' })
    expect(await read(await minted(), { store: answering(error) })).toBeUndefined()
  })

  it('may fail, and that is an error: by its callback, by throwing, or as an async function', async () => {
    const error = new Error('no connection')
    const stores = [
      answering(error),
      {
        get() {
          throw error
        },
      },
      { get: async () => Promise.reject(error) },
    ]
    const cookie = await minted()
    for (const failing of stores) await expect(read(cookie, { store: failing })).rejects.toBe(error)
  })

  it.each(['ECONNREFUSED', 'ETIMEDOUT', 'EACCES', 'ENOTDIR', 'ERR_STREAM_DESTROYED', 'enoent', ' ENOENT', '', 0, 2])(
    'may fail with a code, which is an error and no sign that there is no session: %j',
    async (code) => {
      const error = Object.assign(new Error('the store is down'), { code })
      const cookie = await minted()
      await expect(read(cookie, { store: answering(error) })).rejects.toBe(error)
      await expect(read(cookie, { store: answering(error, DATA) })).rejects.toBe(error)
    },
  )

  it('may return a session that has expired, which is not read', async () => {
    const cookie = await minted()
    const expiring = (expires: unknown) => read(cookie, { store: answering(null, { ...DATA, cookie: { expires } }) })
    at(HOUR)
    const now = Date.now()
    for (const past of [now, now - 1, new Date(now), new Date(now).toISOString(), 'no date', new Date(Number.NaN)]) {
      expect(await expiring(past)).toBeUndefined()
    }
    for (const later of [now + 1, new Date(now + 1), new Date(now + 1).toISOString(), null, undefined, false]) {
      expect((await expiring(later)).data).toEqual(DATA)
    }
  })
})

describe('several cookies of the name', () => {
  it('are tried in turn, for the first that verifies and is in the store', async () => {
    const good = await minted()
    const gone = await minted({ store: new MemoryStore() })
    expect((await read(`connect.sid=s%3Aevil.x; ${good}`)).data).toEqual(DATA)
    expect((await read(`${gone}; ${good}`)).data).toEqual(DATA)
    expect(read(`${'connect.sid=evil; '.repeat(4)}${good}`)).toBeUndefined()
  })

  it('with the same id are asked for once', async () => {
    const asked = answering()
    const good = await minted()
    expect(await read(`${good}; ${good}`, { store: asked })).toBeUndefined()
    expect(asked.get).toHaveBeenCalledTimes(1)
  })
})
