import { describe, expect, it } from 'vitest'
import { checkName } from '../lib/checks.js'
import { KeyRing } from '../lib/index.js'
import { SECRET } from './support/secrets.js'

function refused(message: string | RegExp): unknown {
  return expect.objectContaining({ code: 'ERR_SESSION_OPTIONS', message: expect.stringMatching(message) })
}

describe('the prefix', () => {
  it.each(['__Host-Http-session', '__host-session', '__Secure-s', '__SECURE-s', '__Http-s', '__Host-Http-s'])(
    "is not the app's to give: the name %s is refused",
    (name) => {
      expect(() => checkName(name)).toThrow(refused(/leave it out, as the prefix .* is added$/))
    },
  )

  it.each(['__Host-Http-session', '__Secure-session'])('is not part of what a key is exported for: %s', (name) => {
    expect(() => KeyRing.from(SECRET).exportFor(name)).toThrow(refused('leave it out, as the prefix'))
  })
})

describe('the name', () => {
  it.each(['session', 's', 'my-app.sid', "!#$%&'*+-.^_`|~09AZaz", '__session', 'x__Host-y', '__Hostess'])(
    'may be %s',
    (name) => {
      expect(() => checkName(name)).not.toThrow()
    },
  )

  it.each(['session.ended', 'session.ENDED', 'a.b.Ended', '.ended'])(
    'cannot be %s, as the guard of another cookie could be of this name',
    (name) => {
      expect(() => checkName(name)).toThrow(refused(/ends in "\.ended", which is kept for the logout guard/))
    },
  )

  it.each(['ended', 'session-ended', 'session.ended.x'])('may be %s, as no guard is', (name) => {
    expect(() => checkName(name)).not.toThrow()
  })

  it.each([
    '',
    'two words',
    'a=b',
    'a;b',
    'a,b',
    'a"b',
    'a/b',
    'a:b',
    '(a)',
    'a@b',
    'a\nb',
    'a\n',
    'a\0',
    'sitzung-für',
  ])('cannot be %j: no token (RFC 6265, section 4.1.1)', (name) => {
    expect(() => checkName(name)).toThrow(refused(/use letters, digits and any of /))
  })
})
