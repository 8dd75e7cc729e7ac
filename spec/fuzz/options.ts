import assert from 'node:assert/strict'
import fc from 'fast-check'
import session, { SessionError, type SessionHandler, type SessionOptions } from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'
import { unbase64url } from '../support/tokens.js'
import { pairOf } from './pairs.js'
import { no, soundOptions } from './sound.js'
import { assertPrototypeIsClean, target } from './target.js'
import { type Visit, visit } from './visit.js'
import { anything, PRIVATE, wrong } from './wrong.js'

type Any = any

const DATA = { user: 'Ada' }

/** Options that go together, the same with one or two that are wrong, and anything. */
const inputs = fc.record({
  given: fc.oneof(
    { weight: 12, arbitrary: fc.record({ sound: soundOptions, wrong: fc.constant([]) }) },
    {
      weight: 12,
      arbitrary: fc.record({ sound: soundOptions, wrong: fc.array(wrong, { minLength: 1, maxLength: 2 }) }),
    },
    { weight: 1, arbitrary: fc.record({ anything }) },
  ),
  production: fc.constantFrom(false, false, false, true),
  secure: fc.boolean(),
})

/** What may be passed to `session()`: it works for a visitor, or an error with a code says why not, without a secret. */
export const optionsOf = target({
  name: 'options',
  inputs,
  reached: ['works', 'ERR_SESSION_OPTIONS', 'ERR_SESSION_KEYS', 'ERR_SESSION_OVERFLOW', 'ERR_SESSION_INSECURE'],
  async check({ given, production, secure }) {
    const options = 'sound' in given ? { ...given.sound, ...Object.fromEntries(given.wrong as []) } : given.anything
    let handler: SessionHandler<Any>
    try {
      handler = inMode(production, () => session(options as never))
    } catch (error) {
      assert.ok(error instanceof SessionError, String(error))
      if ('sound' in given) assert.notEqual(given.wrong.length, 0, String(error))
      return codeOf(error)
    } finally {
      assertPrototypeIsClean()
    }
    return serve(handler, Object(options), secure)
  },
})

function inMode<Result>(production: boolean, act: () => Result): Result {
  const { NODE_ENV } = process.env
  process.env['NODE_ENV'] = production ? 'production' : 'test'
  try {
    return act()
  } finally {
    if (NODE_ENV === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = NODE_ENV
  }
}

/** Somebody logs in, comes back, logs out, and a late response brings the cookie back: as the options say, or a code. */
async function serve(handler: SessionHandler<Any>, options: SessionOptions<Any>, secure: boolean): Promise<string> {
  const { property = 'session', oneCookie = false, logoutGuard = !oneCookie, validate } = options
  const come = (cookie: string, app: (req: Any) => unknown) => visit(handler, { cookie, secure }, app)
  const user = (req: Any) => req[property].user

  const login = await come('', async (req) => {
    await req[property].regenerate()
    Object.assign(req[property], DATA)
  })
  if (login.error !== undefined) return codeOf(login.error)
  assertIsAsAsked(login, options)
  const cookie = login.lines.map(pairOf).join('; ')

  const back = await come(cookie, user)
  if (back.error !== undefined) return codeOf(back.error)
  assert.equal(back.found, validate === no ? undefined : DATA.user)
  // Only `validate` can have changed it, or have been asked about it.
  if (validate === undefined) assert.deepEqual(back.lines, [])
  if (validate === no) return 'works'

  const logout = await come(cookie, (req) => (req[property] = null))
  if (logout.error !== undefined) return codeOf(logout.error)
  const guards = logout.lines.map(pairOf).filter((pair) => /^[^=]+\.ended=./.test(pair))
  assert.equal(guards.length, logoutGuard ? 1 : 0)
  const late = await come([...guards, ...login.lines.map(pairOf)].join('; '), user)
  assert.deepEqual([late.error, late.found], [undefined, logoutGuard ? undefined : DATA.user])
  return 'works'
}

/** The cookie of a session that was written. */
function assertIsAsAsked({ lines, header }: Visit, options: SessionOptions<Any>): void {
  const { name = 'session', sizeLimit = 4093, alg = 'dir', enc = 'A256GCM', cacheControl = true } = options
  const [line = ''] = lines
  const [full = '', token = ''] = pairOf(line).split('=')
  const prefix = full.slice(0, -name.length)
  assert.equal(full, prefix + name)
  const attributes = typeof options.cookie === 'function' ? options.cookie({} as Any) : options.cookie
  const isPrefixed = line.includes('; Secure') && attributes?.prefix !== false
  assert.ok((isPrefixed ? ['__Host-Http-', '__Host-', '__Secure-'] : ['']).includes(prefix), line)
  assert.ok(full.length + token.length <= sizeLimit, line)
  const { kid: _kid, ...how } = JSON.parse(unbase64url(token.split('.')[0] as string).toString())
  assert.deepEqual(how, { alg, enc })
  assert.equal(header('cache-control'), cacheControl ? 'no-store' : undefined)
  assert.equal(header('vary'), cacheControl ? 'Cookie' : undefined)
}

function codeOf(error: unknown): string {
  const { code, message, stack } = error as Error & { code: unknown }
  assert.equal(typeof code, 'string', String(error))
  assert.ok(![PRIVATE, SECRET].some((secret) => `${message}${stack}`.includes(secret)))
  return code as string
}
