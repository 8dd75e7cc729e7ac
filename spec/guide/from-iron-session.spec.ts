import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getIronSession } from 'iron-session'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { headerOf } from '../migrate/support.js'
import { cookieOf, everyBlockRan, examplesOf } from '../support/examples.js'
import { changeOf, moveIn, type Step, sideBySide, sideOf } from '../support/moving.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const page = examplesOf('spec/guide/from-iron-session.md')
const OLD_PASSWORD = 'the old password, of at least 32 characters'
const env = { OLD_PASSWORD }
const moved = { body: 'Hello, Ada', later: 'Hello, Ada' }

/** The cookies that iron-session sets for data. */
async function cookiesFor(data: object, options: object): Promise<[string, string][]> {
  const cookies: [string, string][] = []
  const store = {
    get: () => undefined,
    set: (name: string, value: string) => void cookies.push([name, encodeURIComponent(value)]),
  }
  const old = await getIronSession(store, { cookieName: 'iron', password: OLD_PASSWORD, ...options })
  await Object.assign(old, data).save()
  return cookies
}

catchWarnings()

describe('the programs of the page about iron-session', () => {
  it('the change leaves the page as it is', async () => {
    const change = changeOf(page)
    for (const sign of ['-', '+'] as const) {
      const file = join(page.folder, `change${sign === '-' ? 0 : 1}.js`)
      writeFileSync(file, sideOf(change, sign))
      await page.serve(
        file,
        async (origin) => {
          const first = await fetch(origin)
          expect(await first.text()).toBe('Visit number 1')
          const second = await fetch(origin, { headers: { cookie: cookieOf(first) } })
          expect(await second.text()).toBe('Visit number 2')
        },
        env,
      )
    }
  })

  it('users stay signed in', async () => {
    const cookies = await cookiesFor({ user: { name: 'Ada' } }, {})
    expect(await moveIn(page, 'A whole program', headerOf(cookies), env)).toEqual({ ...moved, removed: ['iron'] })
  })

  it('users stay signed in whose session is in several cookies', async () => {
    const cookies = await cookiesFor({ user: { name: 'Ada' }, text: 'x'.repeat(6000) }, { chunk: true })
    const names = cookies.map(([name]) => name)
    expect(names).toEqual(['iron.0', 'iron.1', 'iron.2'])
    const seen = await moveIn(page, 'Sessions in several cookies', headerOf(cookies), env)
    expect(seen).toEqual({ ...moved, removed: names })
  })
})

describe('beside an app with iron-session, the same app', () => {
  const old = async (req: Any, res: Any, next: () => void) => {
    const options = { cookieName: 'iron', password: OLD_PASSWORD, cookieOptions: { secure: false } }
    req.session = await getIronSession(req, res, options)
    next()
  }
  const logIn: Step = async (req) => {
    req.session.user = 'Ada'
    await req.session.save()
  }
  const user: Step = (req) => req.session.user

  it.each([
    [{ password: OLD_PASSWORD }, '"keys"'],
    [{ keys: { 2: SECRET, 1: SECRET } }, 'newest first'],
    [{ cookieName: 'iron' }, '"name"'],
    [{ ttl: 60 }, '"idleTimeout"'],
    [{ cookieOptions: {} }, '"cookie"'],
    [{ chunk: true }, 'Leave it out, and keep less in the session'],
    [{ onUnsealError: () => {} }, 'set "onEvent"'],
  ])('does not start with %o, and is told what to do', (options: Any, advice) => {
    expect(() => session({ keys: SECRET, ...options })).toThrow(advice)
  })

  it('keeps a change that was not saved', async () => {
    const change: Step = (req) => void (req.session.user = 'Eve')
    expect(await sideBySide(old, [logIn, change, user])).toEqual({
      old: ['null +iron', 'null', 'Ada'],
      now: ['null +session', 'null +session', 'Eve'],
    })
  })

  it('has no session behind destroy()', async () => {
    const destroy: Step = (req) => {
      req.session.destroy()
      return typeof req.session
    }
    expect(await sideBySide(old, [logIn, destroy])).toEqual({
      old: ['null +iron', 'object -iron'],
      now: ['null +session', 'undefined -session +session.ended'],
    })
  })

  it('has no cookie when the last key is deleted', async () => {
    const empty: Step = async (req) => {
      delete req.session.user
      await req.session.save()
    }
    expect(await sideBySide(old, [logIn, empty])).toEqual({
      old: ['null +iron', 'null +iron'],
      now: ['null +session', 'null -session'],
    })
  })

  it('stores a Date as a string, has no updateConfig(), and no data under the names of members', async () => {
    const steps: Step[] = [
      async (req) => {
        req.session.at = new Date(0)
        await req.session.save()
      },
      (req) => req.session.at,
      (req) => typeof req.session.updateConfig,
      async (req) => {
        req.session.id = 7
        await req.session.save()
      },
    ]
    const { old: before, now } = await sideBySide(old, steps)
    expect(before.slice(1)).toEqual(['null', 'function', 'null +iron'])
    expect(before[0]).toContain('not JSON serializable')
    expect(now).toEqual(['null +session', '1970-01-01T00:00:00.000Z', 'undefined', 'ERR_SESSION_RESERVED'])
  })
})

everyBlockRan(page)
