import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { type SealedSessionOptions, sealedSession } from '../../lib/migrate/index.js'
import { EXPRESSES } from '../support/app.js'
import { at, HOUR, MINUTE, startClock, stopClock } from '../support/clock.js'
import { BoundBrowser, LINKED, TYPED } from '../support/device-browser.js'
import { serving } from '../support/raw.js'
import { SECRET } from '../support/secrets.js'

type Any = any
const RELOAD = { ...TYPED, 'sec-fetch-site': 'same-origin' }

beforeEach(stopClock)
afterEach(startClock)

describe.each(EXPRESSES)('another host of the site that plants a session of its own, on %s,', (_version, create) => {
  function appOf(former: SealedSessionOptions, more: SessionOptions) {
    const app = create()
    app.set('trust proxy', true)
    app.use(session({ keys: SECRET, deviceBound: true, migrateFrom: [sealedSession(former)], ...more }))
    app.post('/login/:user', (req: Any, res) => {
      req.session = { user: req.params['user'] }
      res.json('in')
    })
    app.get('/', (req: Any, res) => res.json(req.session.user ?? null))
    return app
  }

  /** A victim and an attacker, both bound; what the attacker plants has the former name. */
  const planting = (
    former: SealedSessionOptions,
    name: string,
    use: (victim: BoundBrowser, planted: string, attacker: BoundBrowser) => Promise<void>,
    more: SessionOptions = {},
  ) =>
    serving(appOf(former, more) as never, async (port) => {
      const [victim, attacker] = [new BoundBrowser(port), new BoundBrowser(port)]
      await victim.bind()
      at(30 * MINUTE)
      await attacker.post('/login/attacker')
      await use(victim, `${name}=${attacker.jar.get('__Host-Http-session')}`, attacker)
    })

  it.each<[SealedSessionOptions, string]>([
    [{ prefix: false }, 'session'],
    [{ domain: 'example.com' }, '__Secure-session'],
    [{ path: '/old' }, '__Secure-session'],
    [{ name: 'old', prefix: false }, 'old'],
  ])('does not take the place of one whose proof has lapsed, while cookies of %j move in', async (former, name) => {
    await planting(former, name, async (victim, planted) => {
      const cookies = victim.cookies.replace(/; __Host-session\.bound=[^;]*/, '')
      for (const sent of [`${planted}; ${cookies}`, `${cookies}; ${planted}`]) {
        const linked = await victim.ask('/', LINKED, 'GET', sent)
        expect(linked.header('refresh')).toBe('0;url=?')
        expect((await victim.ask('/', RELOAD, 'GET', sent)).body).toBe('null')
      }
      await victim.refresh()
      expect((await victim.ask('/', RELOAD, 'GET', `${planted}; ${victim.cookies}`)).body).toBe('"ada"')
    })
  })

  it('has no page load itself again and again, though the browser goes on proving an older key', async () => {
    const idle = { idleTimeout: '1h', deviceBound: true } as const
    await planting(
      { prefix: false },
      'session',
      async (victim, _planted, attacker) => {
        attacker.jar.clear()
        await attacker.bind()
        // The attacker's session names a key; the victim's own is idle by then, and its key still there.
        at(HOUR + 20 * MINUTE)
        const planted = `session=${attacker.jar.get('__Host-Http-session')}`
        const loads: (string | null)[] = []
        for (const headers of [LINKED, RELOAD, RELOAD]) {
          const { cookies } = victim
          Object.defineProperty(victim, 'cookies', { value: `${planted}; ${cookies}`, configurable: true })
          await victim.refresh()
          Reflect.deleteProperty(victim, 'cookies')
          const { header } = await victim.ask('/', headers, 'GET', `${planted}; ${victim.cookies}`)
          loads.push(header('refresh'))
        }
        expect(loads).toEqual(['0;url=?', null, null])
      },
      idle,
    )
  })
})
