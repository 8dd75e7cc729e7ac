import cookieSessions from 'cookie-session'
import { auth } from 'express-openid-connect'
import expressSessions from 'express-session'
import { describe, it } from 'vitest'
import { cookieSession, expressOpenidConnect, expressSession } from '../../lib/migrate/index.js'
import { SECRET } from '../support/secrets.js'
import { switchOver } from '../support/switch-over.js'

const OLD = 'a secret of the old app, which was long enough'

describe('an app is switched over with users signed in, everyone stays signed in, and the old cookie is gone after one request', () => {
  it('from cookie-session', async () => {
    await switchOver(
      {
        middleware: cookieSessions({ name: 'sess', keys: [OLD] }),
        reader: cookieSession({ name: 'sess', keys: [OLD] }),
        cookies: ['sess', 'sess.sig'],
      },
      SECRET,
    )
  })

  it('from cookie-session, even if both cookies have the same name', async () => {
    await switchOver(
      {
        middleware: cookieSessions({ keys: [OLD] }),
        reader: cookieSession({ keys: [OLD] }),
        cookies: ['session', 'session.sig'],
      },
      SECRET,
    )
  })

  it('from express-session, through the store that it has (with Redis: npm run test:system)', async () => {
    const store = new expressSessions.MemoryStore()
    await switchOver(
      {
        middleware: expressSessions({ store, secret: OLD, resave: false, saveUninitialized: false }),
        reader: expressSession({ store, secret: OLD }),
        cookies: ['connect.sid'],
      },
      SECRET,
    )
  })

  it("from express-openid-connect's session", async () => {
    const options = { issuerBaseURL: 'https://issuer.invalid', baseURL: 'http://127.0.0.1', clientID: 'client' }
    await switchOver(
      {
        middleware: auth({ ...options, authRequired: false, secret: OLD, session: { cookie: { secure: false } } }),
        reader: expressOpenidConnect({ secret: OLD }),
        property: 'appSession',
        cookies: ['appSession'],
      },
      SECRET,
    )
  })
})
