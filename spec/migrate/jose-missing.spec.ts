import { expect, it, vi } from 'vitest'
import { authJs, cookieSession, expressOpenidConnect, jwe } from '../../lib/migrate/index.js'
import { asking } from './support.js'

vi.mock('jose', () => {
  throw new Error('Cannot find package')
})

const READERS = {
  authjs: authJs({ secret: 'secret', name: 'token' }),
  expressOpenidConnect: expressOpenidConnect({ secret: 'secret', name: 'token' }),
  jwe: jwe({ name: 'token', key: new Uint8Array(32) }),
}

it.each(Object.entries(READERS))(
  'without jose, %s says how to install it as soon as there is a token',
  async (_name, reader) => {
    expect(reader.read(asking('theme=dark'))).toBeUndefined()
    await expect(reader.read(asking('token=a.b.c.d.e'))).rejects.toMatchObject({
      code: 'ERR_SESSION_OPTIONS',
      message: 'JWE cookies are opened by the package jose: npm install jose',
    })
  },
)

it('without jose, the readers that need none go on working', () => {
  expect(cookieSession({ secret: 'x' }).read(asking('session=e30; session.sig=x'))).toBeUndefined()
})
