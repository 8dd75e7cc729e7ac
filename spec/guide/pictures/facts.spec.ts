import { inspect } from 'node:util'
import type { Express } from 'express'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import session, { KeyRing, type SessionOptions } from '../../../lib/index.js'
import { appWith } from '../../support/app.js'
import { Browser, setCookies } from '../../support/browser.js'
import { at, DAY, HOUR, START, startClock, stopClock } from '../../support/clock.js'
import { OTHER_SECRET, SECRET } from '../../support/secrets.js'
import { endingLines, removal, sealedLine, seenLine } from '../../support/set-cookie.js'
import { CASES, DAILY, END, MOMENTS, ROTATION, USES } from './draw.js'

type Any = any

const SEALED = [expect.stringMatching(sealedLine())]
const SEEN = [expect.stringMatching(seenLine())]

beforeEach(stopClock)
afterEach(startClock)

function routes(app: Express): void {
  app.get('/login', async (req: Any, res) => {
    await req.session.regenerate()
    req.session.user = 'Ada'
    res.json(null)
  })
  app.get('/me', (req: Any, res) => res.json(req.session.user ?? null))
  app.get('/why', (req: Any, res) => res.json(req.session.rejected ?? null))
  app.get('/change', (req: Any, res) => {
    req.session.changes = (req.session.changes ?? 0) + 1
    res.json(null)
  })
  app.get('/unsealable', (req: Any, res) => {
    req.session.text = 'x'.repeat(5000)
    res.json(null)
  })
  app.get('/empty', (req: Any, res) => {
    delete req.session.user
    res.json(null)
  })
  app.get('/throw', (req: Any) => {
    req.session.changes = 1
    throw new Error('of the handler')
  })
  app.get('/logout', (req: Any, res) => {
    req.session = null
    res.json(null)
  })
  app.get('/ignore', (_req, res) => void res.json(null))
}

async function signedIn(options: SessionOptions = {}): Promise<{ browser: Browser; copy: () => Browser }> {
  const app = appWith(routes, options)
  const browser = new Browser(app)
  await browser.get('/login')
  return {
    browser,
    copy() {
      const other = new Browser(app)
      for (const [name, value] of browser.jar) other.jar.set(name, value)
      return other
    },
  }
}

describe('the life of a request', () => {
  it.each([
    ['keeps what has not changed', '/me', []],
    ['writes what has changed', '/change', SEALED],
    ['clears what was ended, and sets the guard', '/logout', endingLines()],
    ['clears what was emptied', '/empty', [removal()]],
    ['writes what a handler had changed before it threw', '/throw', SEALED],
    ['sends nothing of what cannot be sealed', '/unsealable', []],
    ['sends nothing where nothing uses the session', '/ignore', []],
  ])('%s', async (_what, path, lines) => {
    const { browser } = await signedIn()
    expect(setCookies(await browser.get(path))).toEqual(lines)
  })

  it('goes past the handler to the error handler if validate throws', async () => {
    const { browser } = await signedIn({
      validate() {
        throw new Error('of validate')
      },
    })
    const { body } = await browser.get('/change')
    expect(body).toEqual({ message: 'of validate' })
  })
})

describe('a key rotation', () => {
  /** Which of the moments brings what: instances load the new key, it begins to seal, the old one ends. */
  const LOADS = { A: 1, B: 2, C: 4 }
  const [NBF, EXP] = [3, 5]
  const when = (moment: number) => START + moment * HOUR
  const old = { kty: 'oct', kid: 'old', k: Buffer.from(SECRET).toString('base64url') } as const
  const next = { kty: 'oct', kid: 'new', k: Buffer.from(OTHER_SECRET).toString('base64url') } as const
  const both = {
    keys: [
      { ...next, nbf: when(NBF) },
      { ...old, exp: when(EXP) },
    ],
  }

  it.each(ROTATION.map((row, moment) => [row[0], moment, row.slice(1)] as const))('%s', (_label, moment, cells) => {
    const ofOld = session({ keys: { keys: [old] } }).seal({ user: 'Ada' })
    at(moment * HOUR)
    const ofNew = session({ keys: { keys: [next] } }).seal({ user: 'Ada' })
    const deployed = moment < LOADS.A ? { keys: [old] } : both
    const states = inspect(KeyRing.from(deployed))
    const stateOf = (kid: string) => new RegExp(`\\b${kid}: (\\w+)`).exec(states)?.[1]
    const instances = Object.values(LOADS).map((loads) => {
      const { seal, open } = session({ keys: moment < loads ? { keys: [old] } : both })
      const header = JSON.parse(Buffer.from(seal({ user: 'Ada' }).value.split('.')[0] ?? '', 'base64url').toString())
      const opens = [ofOld, ofNew].map(({ cookie }) => open({ headers: { cookie } }).rejected === null)
      const rest = { 'true,true': 'opens both', 'false,true': 'opens new', 'true,false': 'opens old' }[String(opens)]
      return `seals ${header.kid} ${rest === 'opens old' && moment >= NBF ? 'rejects new' : rest}`
    })
    expect(cells.map((cell) => (cell as Any)?.[0])).toEqual([stateOf('old'), stateOf('new'), ...instances])
  })
})

describe('idle and absolute timeout', () => {
  it('notes uses where the picture shows them, and ends when it says', async () => {
    const app = appWith(routes)
    const browser = new Browser(app)
    for (const [hour, noted] of USES) {
      at(hour * HOUR)
      const response = await browser.get(hour === 0 || noted === 'session' ? '/change' : '/me')
      expect(setCookies(response), `${hour} h`).toEqual({ session: SEALED, companion: SEEN, nowhere: [] }[noted])
    }
    const before = new Browser(app)
    for (const [name, value] of browser.jar) before.jar.set(name, value)
    at(END * HOUR - 1)
    expect((await before.get('/why')).body).toBeNull()
    at(END * HOUR)
    expect((await browser.get('/why')).body).toBe('idle')
  })

  it('ends a session that is used daily after seven days', async () => {
    const { browser } = await signedIn()
    for (const day of DAILY) {
      at(day * DAY)
      expect((await browser.get('/me')).body, `day ${day}`).toBe('Ada')
    }
    at(7 * DAY - 1)
    expect((await browser.get('/me')).body).toBe('Ada')
    at(7 * DAY)
    expect((await browser.get('/why')).body).toBe('absolute')
  })
})

describe('a thief copies the cookie', () => {
  const EVERY = 5
  /** The hours that stand for the moments of the picture. */
  const HOURS = [0, 10, 20, 20 + EVERY, 7 * 24]

  /** The hour of a place in the picture. */
  function hourAt(place: number): number {
    return HOURS[(MOMENTS as readonly number[]).indexOf(place)] as number
  }

  const expectedAt = (spans: (typeof CASES)[number]['copy'], hour: number) => {
    const [, , words] = spans.find(([until]) => hour < hourAt(until)) ?? [0, 'plain', 'refused']
    return words === undefined ? undefined : words.endsWith('works') ? 'Ada' : null
  }

  it.each(CASES.map((one) => [one.title, one] as const))('%s', async (title, { browser: spans, copy: copied }) => {
    let isLoggedOut = false
    const checks = { validate: () => !isLoggedOut, validateEvery: `${EVERY}h` }
    const { browser, copy } = await signedIn(title.includes('validate') ? checks : {})
    at((HOURS[1] ?? 0) * HOUR)
    const thief = copy()
    for (let hour = (HOURS[1] ?? 0) + 1; hour < 7 * 24 + 5; hour += 3) {
      at(hour * HOUR)
      if (hour >= hourAt(MOMENTS[2]) && !isLoggedOut && title.endsWith('a log-out')) {
        // The picture's log-out was a moment ago.
        isLoggedOut = true
        await browser.get('/logout')
      }
      for (const [who, user] of [
        [thief, expectedAt(copied, hour)],
        [browser, expectedAt(spans, hour)],
      ] as const) {
        const { body } = await who.get('/me')
        if (user !== undefined) expect(body, `${title}, ${hour} h`).toBe(user)
      }
    }
  })

  it('ends by the idle timeout if it is not used, whatever the user does', async () => {
    const { browser, copy } = await signedIn()
    const thief = copy()
    at(20 * HOUR)
    await browser.get('/change')
    at(DAY)
    expect((await browser.get('/me')).body).toBe('Ada')
    expect((await thief.get('/why')).body).toBe('idle')
  })
})
