import { createServer, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import session from '../../lib/index.js'
import { SECRET } from '../support/secrets.js'
import { catchWarnings } from '../support/warnings.js'

type Any = any

const warnings = catchWarnings()
const sessions = session<Any>({ keys: SECRET })
const { cookie } = sessions.seal({ user: 'Ada' })

/** Lets the middleware look at an upgrade, with the response that somebody gives it, and answers what `act` makes of it. */
async function upgraded<Value>(
  responseFor: (req: Any) => Any,
  act: (req: Any) => Value | Promise<Value>,
): Promise<Value> {
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer()
  const outcome = new Promise<Value>((resolve, reject) => {
    server.on('upgrade', (req: Any, socket, head) => {
      sockets.handleUpgrade(req, socket, head, (ws) => {
        sessions(req, responseFor(req), (error) => {
          if (error) reject(error)
          else Promise.resolve(act(req)).then(resolve, reject)
        })
        ws.close()
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    headers: { Cookie: cookie },
  })
  // It may be closed before it has opened.
  client.on('error', () => {})
  try {
    return await outcome
  } finally {
    client.terminate()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe.each([
  ['an empty object, as the examples of ws have it', () => ({})],
  ['undefined, as a request of socket.io may have it', () => undefined],
  [
    'a response without a connection, as express-ws has it',
    (req: Any) => {
      const res: Any = new ServerResponse(req)
      res.writeHead = () => res
      return res
    },
  ],
])('the session of a WebSocket whose response is %s', (_what, responseFor) => {
  it('can be read', async () => {
    expect(await upgraded(responseFor, (req) => ({ ...req.session }))).toEqual({ user: 'Ada' })
    expect(warnings.messages()).toEqual([])
  })

  it.each(['save', 'regenerate', 'destroy'])('says of %s() that nothing can be kept any more', async (method) => {
    const code = await upgraded(responseFor, (req) => req.session[method]().catch((error: Any) => error.code))
    expect(code).toBe('ERR_SESSION_HEADERS_SENT')
    expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
  })

  it('warns of = null, which can end nothing', async () => {
    await upgraded(responseFor, (req) => void (req.session = null))
    expect(warnings.codes()).toEqual(['SESSION_WARN_LATE'])
  })

  it('can be reloaded', async () => {
    const user = await upgraded(responseFor, async (req) => {
      await req.session.reload()
      return req.session.user
    })
    expect(user).toBe('Ada')
  })
})
