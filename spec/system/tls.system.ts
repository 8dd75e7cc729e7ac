import { beforeAll, describe, expect, it } from 'vitest'
import { SECRET } from '../support/secrets.js'
import { App } from './support/apps.js'
import { type Certificate, selfSigned } from './support/certificate.js'
import { Visitor } from './support/client.js'
import { inTurn, startHaproxy } from './support/haproxy.js'
import { startNginx } from './support/nginx.js'
import { freePort } from './support/ports.js'

const PROXIES = ['nginx', 'HAProxy'] as const

/** An app and two proxies that end TLS for it, each at its port; the last do not say how they were asked. */
interface Place {
  readonly app: App
  readonly saysProtocol: boolean
  readonly nginx: number
  readonly HAProxy: number
}

let certificate: Certificate
let trusting: Place
let distrusting: Place
let untold: Place

beforeAll(async () => {
  certificate = await selfSigned()
  const production = { SESSION_KEYS: SECRET, NODE_ENV: 'production' } as const
  const app = await App.start({ ...production, TRUST_PROXY: '1' })
  const distrustingApp = await App.start(production)
  trusting = { app, saysProtocol: true, nginx: await freePort(), HAProxy: await freePort() }
  distrusting = { app: distrustingApp, saysProtocol: true, nginx: await freePort(), HAProxy: await freePort() }
  untold = { app, saysProtocol: false, nginx: await freePort(), HAProxy: await freePort() }
  const places = [trusting, distrusting, untold]
  await startNginx(
    places.map(nginxServer).join('\n'),
    places.map(({ nginx }) => nginx),
  )
  await startHaproxy(
    places.map(haproxySection).join('\n'),
    places.map(({ HAProxy }) => HAProxy),
  )
})

describe.each(PROXIES)('behind %s, which ends TLS, in production', (proxy) => {
  const visitorOf = (place: Place) => new Visitor(`https://127.0.0.1:${place[proxy]}`, certificate.pem)

  it('the cookie of an app with "trust proxy" is a Secure __Host- cookie', async () => {
    const { status, setCookies } = await visitorOf(trusting).get('/login?user=Ada')
    expect(status).toBe(200)
    expect(setCookies).toEqual([expect.stringMatching(/^__Host-Http-session=[\w.-]+; (?:.*; )?Secure(?:;|$)/)])
    expect(setCookies[0]).toMatch(/; Path=\/(?:;|$)/)
  })

  it('sessions work over https', async () => {
    const visitor = visitorOf(trusting)
    await visitor.get('/login?user=Ada')
    const answers = [await visitor.get('/count'), await visitor.get('/count'), await visitor.get('/whoami')]
    expect(answers.map(({ json: { user, count } }) => [user, count])).toEqual([
      ['Ada', 1],
      ['Ada', 2],
      ['Ada', undefined],
    ])
  })

  it('an app that does not trust its proxy is told how to, in its error handler, and sends no cookie', async () => {
    const { status, json, setCookies } = await visitorOf(distrusting).get('/login?user=Ada')
    expect([status, json.handled, setCookies]).toEqual([500, 'ERR_SESSION_INSECURE', []])
    expect(json.message).toContain('app.set("trust proxy", 1)')
  })

  it('an app whose proxy does not send X-Forwarded-Proto gets the same error, though it trusts it', async () => {
    const { status, json, setCookies } = await visitorOf(untold).get('/login?user=Ada')
    expect([status, json.handled, setCookies]).toEqual([500, 'ERR_SESSION_INSECURE', []])
  })
})

function nginxServer({ app, saysProtocol, nginx }: Place): string {
  return `server {
    listen 127.0.0.1:${nginx} ssl;
    ssl_certificate ${certificate.certificateFile};
    ssl_certificate_key ${certificate.keyFile};
    location / {
      proxy_pass ${app.origin};
      ${saysProtocol ? 'proxy_set_header X-Forwarded-Proto $scheme;' : ''}
    }
  }`
}

function haproxySection({ app, saysProtocol, HAProxy }: Place): string {
  return inTurn(HAProxy, [app], {
    bind: `ssl crt ${certificate.bothFile}`,
    directives: saysProtocol ? 'http-request set-header X-Forwarded-Proto https' : '',
  })
}
