import { describe, expect, it } from 'vitest'
import { settingsFrom } from '../../lib/options/options.js'
import { removals } from '../../lib/request/migrate.js'
import { SECRET } from '../support/secrets.js'

const { overHttp: ours } = settingsFrom({ keys: SECRET }).cookieFor(undefined)

describe('the removal of a cookie of another package', () => {
  it.each(['__Host-Http-sid', '__Http-sid', '__host-http-sid'])(
    'is HttpOnly as well where browsers ask that of the name: %s',
    (name) => {
      expect(removals([{ name }], ours)).toEqual([
        { name, line: `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; HttpOnly; Secure` },
      ])
    },
  )

  it.each(['__Host-sid', '__Secure-sid', '__host-sid', '__SECURE-sid'])(
    'is Secure where browsers ask it of the name, whose prefix they know in any case: %s',
    (name) => {
      expect(removals([{ name }], ours)).toEqual([
        { name, line: `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/; Secure` },
      ])
    },
  )

  it.each(['sid', '__sid', 'x__Host-sid', '__Hostess'])('is not Secure where the name is any other: %s', (name) => {
    expect(removals([{ name }], ours)).toEqual([
      { name, line: `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/` },
    ])
  })

  it('has the path and the domain that it was set with, both at once', () => {
    expect(removals([{ name: 'sid', path: '/app', domain: 'example.test' }], ours)[0]?.line).toMatch(
      /GMT; Domain=example\.test; Path=\/app$/,
    )
  })
})
