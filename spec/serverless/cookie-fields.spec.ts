import cookieParser from 'cookie-parser'
import type express from 'express'
import { describe, expect, it } from 'vitest'
import session from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'
import { type Invoke, SETUPS } from './adapters.js'
import { jsonOf, send } from './visitor.js'

type Any = any

const sessions = session({ keys: SECRET })
const OURS = sessions.seal({ user: 'Ada' } as Any, { secure: true })
const OWN = 'own=1'

type Orders = readonly ('first' | 'last')[]
const ALWAYS: Orders = ['first', 'last']
const IF_LAST: Orders = ['last']
const NEVER: Orders = []

/** `multiValueHeaders` are joined with commas, those of cookies too. */
const COMMAS: Record<string, Orders> = {
  'an API Gateway REST API': NEVER,
  'an API Gateway HTTP API': ALWAYS,
  'a Lambda function URL': ALWAYS,
  'an ALB with multi-value headers': NEVER,
  'an ALB with single-value headers': IF_LAST,
}

/**
 * Where the session must stand among several `Cookie` fields to be known. Browsers may send a field per cookie over
 * HTTP/2 (RFC 9113, section 8.2.3), and not every service joins them again: AWS documents such events of an ALB, and
 * laravel/vapor-core#205 shows those of a REST API. A comma is no separator of cookies (RFC 6265, section 4.2.1), but
 * belongs to the value before it: reading it as one would let whoever can set any cookie also set ours.
 */
const KNOWN: Record<string, Record<string, Orders>> = {
  // Reads `headers` over `multiValueHeaders`, and a REST API has the last field there.
  'serverless-http': { ...COMMAS, 'an API Gateway REST API': IF_LAST },
  '@vendia/serverless-express': COMMAS,
  '@codegenie/serverless-express': COMMAS,
}

/** What an app can do about it: the fields of an event joined as HTTP/2 says, before the adapter sees them. */
function withOneCookieField(invoke: Invoke): Invoke {
  return (event: Any) => {
    for (const [name, values] of Object.entries<string[]>(event.multiValueHeaders ?? {})) {
      if (name.toLowerCase() !== 'cookie') continue
      event.multiValueHeaders[name] = [values.join('; ')]
      if (event.headers) event.headers[name] = values.join('; ')
    }
    return invoke(event)
  }
}

/** Tells what our session and what cookie-parser make of the same header. */
function appOf(create: typeof express): express.Express {
  const app = create()
  app.use(cookieParser(), sessions)
  app.get('/me', (req: Any, res) => {
    res.json({ known: req.session.user === 'Ada', parsed: req.cookies[OURS.name] === OURS.value })
  })
  return app
}

describe.each(SETUPS)('%s', (_name, { adapter, service, create }) => {
  const invoke = adapter.adapt(appOf(create))
  const ask = async (cookies: string[], by = invoke) => jsonOf(await send(by, service, { path: '/me', cookies }))
  const orders = [
    ['first', [OURS.cookie, OWN]],
    ['last', [OWN, OURS.cookie]],
  ] as const

  it.each(orders)('the session is known if it comes %s in one Cookie field', async (_order, cookies) => {
    expect(await ask([cookies.join('; ')])).toEqual({ known: true, parsed: true })
  })

  it.each(orders)('%s in several fields, it is known where cookie-parser finds it', async (order, cookies) => {
    const known = KNOWN[adapter.name]?.[service.name]?.includes(order)
    expect(await ask([...cookies])).toEqual({ known, parsed: known })
  })

  // A balancer with single-value headers has dropped all fields but the last.
  it.each(service.severalCookies ? orders : [])(
    '%s in several fields, it is known if the fields are joined before the adapter sees them',
    async (_order, cookies) => {
      expect(await ask([...cookies], withOneCookieField(invoke))).toEqual({ known: true, parsed: true })
    },
  )
})
