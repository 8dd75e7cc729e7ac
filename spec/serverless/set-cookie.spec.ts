import type express from 'express'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'
import { endingLines, SECURE_ATTRIBUTES } from '../support/set-cookie.js'
import { SETUPS } from './adapters.js'
import type { Result } from './services.js'
import { jsonOf, namesOf, resultOf, send, Visitor } from './visitor.js'

type Any = any

const NAME = '__Host-Http-session'

/**
 * What arrives of two cookies behind a load balancer that takes one line per header. AWS has no place for the second
 * there; which one is lost is up to the adapter, and without us the same happens to two cookies of `res.cookie`.
 */
const LEFT_OF_TWO: Record<string, readonly string[]> = {
  // Puts several cookies into multiValueHeaders, which such a balancer does not read.
  'serverless-http': [],
  // Both keep the first line, and the app's cookies come before the session's.
  '@vendia/serverless-express': ['own'],
  '@codegenie/serverless-express': ['own'],
}

/** How an app answers with a cookie of its own. */
const BESIDE: Record<string, (res: express.Response) => unknown> = {
  'res.cookie': (res) => res.cookie('own', '1').json(null),
  writeHead: (res) => res.writeHead(200, { 'Set-Cookie': 'own=1' }).end(),
  'writeHead, raw': (res) => res.writeHead(200, ['Set-Cookie', 'own=1'] as Any).end(),
}

/** An app that logs in: alone, and beside a cookie of its own. */
function appOf(create: typeof express): express.Express {
  const app = create()
  app.use(session({ keys: SECRET }))
  app.use('/login', (req: Any, res, next) => {
    req.session.user = 'Ada'
    res.on('finish', () => app.set('header sent', res.getHeader('Set-Cookie')))
    next()
  })
  app.get('/login/alone', (_req, res) => void res.json(null))
  app.get('/login/beside/:way', (req, res) => void BESIDE[req.params.way]?.(res))
  app.get('/logout', (req: Any, res) => {
    req.session = null
    res.cookie('own', '2').json(null)
  })
  app.get('/me', (req: Any, res) => void res.json(req.session.user ?? null))
  return app
}

/** The same without us: an app that sets the cookie by itself. */
function appWithoutUs(create: typeof express): express.Express {
  const app = create()
  app.get('/login/alone', (_req, res) => void res.cookie(NAME, 'x').json(null))
  app.get('/login/beside/res.cookie', (_req, res) => void res.cookie('own', '1').cookie(NAME, 'x').json(null))
  return app
}

/** In which fields of a result cookies are, and as what. */
function placesOf({ headers, multiValueHeaders, cookies }: Result): unknown {
  return [typeof headers?.['set-cookie'], [multiValueHeaders?.['set-cookie'] ?? []].flat().length, cookies?.length]
}

describe.each(SETUPS)('%s', (_name, { adapter, service, create }) => {
  it('our cookie alone arrives, and is text and not an array of one', async () => {
    const app = appOf(create)
    const { setCookies } = await send(adapter.adapt(app), service, { path: '/login/alone' })
    expect(namesOf(setCookies)).toEqual([NAME])
    expect(app.get('header sent')).toBe(setCookies[0])
  })

  it('our cookie alone is in the same place of the result as one of res.cookie', async () => {
    const [ours, without] = await Promise.all(
      [appOf, appWithoutUs].map((app) => resultOf(adapter.adapt(app(create)), service, { path: '/login/alone' })),
    )
    expect(placesOf(ours as Result)).toEqual(placesOf(without as Result))
  })
})

describe.each(SETUPS.filter(([, { service }]) => service.severalCookies))(
  '%s',
  (_name, { adapter, service, create }) => {
    const visitor = () => new Visitor(adapter.adapt(appOf(create)), service)

    it.each(Object.keys(BESIDE))("beside one that the app sets by %s both arrive, the app's first", async (way) => {
      const { setCookies } = await visitor().get(`/login/beside/${way}`)
      expect(namesOf(setCookies)).toEqual(['own', NAME])
    })

    it('both come back, and the session with them', async () => {
      const ada = visitor()
      await ada.get('/login/beside/res.cookie')
      expect([...ada.jar.keys()]).toEqual(['own', NAME])
      expect(jsonOf(await ada.get('/me'))).toBe('Ada')
    })

    it('a logout removes ours and sets the guard, after one that the app sets', async () => {
      const ada = visitor()
      await ada.get('/login/beside/res.cookie')
      const { setCookies } = await ada.get('/logout')
      expect(setCookies).toEqual(['own=2; Path=/', ...endingLines(NAME, SECURE_ATTRIBUTES)])
      expect([...ada.jar.keys()]).toEqual(['own', `${NAME}.ended`])
    })
  },
)

describe.each(SETUPS.filter(([, { service }]) => !service.severalCookies))(
  '%s',
  (_name, { adapter, service, create }) => {
    const setBeside = async (way: string, app = appOf) => {
      const invoke = adapter.adapt(app(create))
      const { status, setCookies } = await send(invoke, service, { path: `/login/beside/${way}` })
      return [status, namesOf(setCookies)]
    }

    it.each(Object.keys(BESIDE))(
      'beside one that the app sets by %s, what is left is up to the adapter',
      async (way) => {
        expect(await setBeside(way)).toEqual([200, LEFT_OF_TWO[adapter.name]])
      },
    )

    it('the same is left of two cookies without us', async () => {
      expect(await setBeside('res.cookie', appWithoutUs)).toEqual([200, LEFT_OF_TWO[adapter.name]])
    })
  },
)
