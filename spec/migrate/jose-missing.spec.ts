import { expect, it, vi } from 'vitest'
import { authJs, cookieSession, expressOpenidConnect, jwe } from '../../lib/migrate/index.js'
import { asking } from './support.js'

vi.mock('jose', () => {
  throw new Error('Unexpected token')
})

const READERS = {
  authjs: authJs({ secret: 'secret', name: 'token' }),
  expressOpenidConnect: expressOpenidConnect({ secret: 'secret', name: 'token' }),
  jwe: jwe({ name: 'token', key: new Uint8Array(32) }),
}

it.each(Object.entries(READERS))(
  'if jose cannot be loaded, %s says so as soon as there is a token',
  async (_name, reader) => {
    expect(reader.read(asking('theme=dark'))).toBeUndefined()
    await expect(reader.read(asking('token=a.b.c.d.e'))).rejects.toMatchObject({
      code: 'ERR_SESSION_OPTIONS',
      message: expect.stringMatching(/^JWE cookies are opened by the package jose, which cannot be loaded \(Error\): /),
    })
  },
)

it('if jose cannot be loaded, the readers that do not need it work', () => {
  expect(cookieSession({ secret: 'x' }).read(asking('session=e30; session.sig=x'))).toBeUndefined()
})
