import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda'
import { describe, expectTypeOf, it } from 'vitest'
import type { OpenResult, SessionHandler } from '../../lib/index.js'

interface MyData {
  user: string
}

// Nothing here runs: the compiler reads it.
declare const sessions: SessionHandler<MyData>
declare const cookie: string | undefined

describe('open() takes', () => {
  it('a cookie that may be missing', () => {
    expectTypeOf(sessions.open({ headers: { cookie } })).toEqualTypeOf<OpenResult<MyData>>()
    sessions.open({ headers: {} })
    sessions.open({ headers: { Cookie: cookie } })
    sessions.open({ headers: { cookie: ['a=b', 'c=d'] } })
    sessions.open({ headers: { cookie: null } })
    sessions.open({ headers: { host: 'a.test' }, cookies: ['a=b'] })
  })

  it("requests of Node's", () => {
    sessions.open({} as IncomingMessage)
    sessions.open({} as Http2ServerRequest)
    sessions.open({ headers: ({} as IncomingMessage).headers })
  })

  it("the Fetch API's, whoever declares them", () => {
    sessions.open(new Request('http://localhost'))
    sessions.open(new Headers())
    sessions.open({ headers: new Headers() })
    interface TheirHeaders {
      get(name: string): string | null
      has(name: string): boolean
    }
    sessions.open({} as TheirHeaders)
    sessions.open({} as { readonly method: string; readonly url: string; readonly headers: TheirHeaders })
    // As in frameworks whose requests have a jar of cookies.
    sessions.open({} as { readonly headers: TheirHeaders; readonly cookies: { get(name: string): unknown } })
  })

  it('events of serverless functions', () => {
    sessions.open({} as ALBEvent)
    sessions.open({} as APIGatewayProxyEvent)
    sessions.open({} as APIGatewayProxyEventV2)
  })

  it('an interface with a cookie, which has no index signature', () => {
    interface MyHeaders {
      cookie?: string
    }
    sessions.open({ headers: {} as MyHeaders })
  })
})

describe('open() does not take', () => {
  it('what has no headers', () => {
    // @ts-expect-error
    sessions.open('session=x')
    // @ts-expect-error
    sessions.open(undefined)
    // @ts-expect-error
    sessions.open({})
    // @ts-expect-error
    sessions.open(new Map([['cookie', 'session=x']]))
    // @ts-expect-error
    sessions.open({ headers: 'session=x' })
    // @ts-expect-error
    sessions.open(Promise.resolve(new Headers()))
  })
})
