import { beforeAll, describe, expect, it } from 'vitest'
import { SECRET } from '../support/secrets.js'
import { App } from './support/apps.js'
import { Visitor } from './support/client.js'
import { startNginx } from './support/nginx.js'
import { freePort } from './support/ports.js'
import { pathOf } from './support/servers.js'
import { startVarnish } from './support/varnish.js'

const hasVarnish = pathOf('varnishd') !== undefined

/** A cache, and the app behind it. */
interface Cache {
  readonly port: number
  readonly app: App
}
type Caches<Name extends string> = Record<Name, Cache>

let nginx: Caches<'asItComes' | 'careless' | 'reckless' | 'asItComesUnguarded' | 'carelessUnguarded'>
let varnish: Caches<'asItComes' | 'careless' | 'carelessUnguarded'>

beforeAll(async () => {
  const guarded = await App.start({ SESSION_KEYS: SECRET })
  const unguarded = await App.start({ SESSION_KEYS: SECRET, CACHE_CONTROL: 'off' })
  const before = async (app: App): Promise<Cache> => ({ port: await freePort(), app })

  nginx = {
    asItComes: await before(guarded),
    careless: await before(guarded),
    reckless: await before(guarded),
    asItComesUnguarded: await before(unguarded),
    carelessUnguarded: await before(unguarded),
  }
  await startCachingNginx([
    // Without another word of the app, every 200 is cached for a minute; Set-Cookie keeps a response out.
    [nginx.asItComes, ''],
    [nginx.asItComesUnguarded, ''],
    // For sites that set some cookie with everything, and want it cached.
    [nginx.careless, 'proxy_ignore_headers Set-Cookie;'],
    [nginx.carelessUnguarded, 'proxy_ignore_headers Set-Cookie;'],
    [nginx.reckless, 'proxy_ignore_headers Set-Cookie Cache-Control;'],
  ])

  if (!hasVarnish) return
  varnish = {
    asItComes: await before(guarded),
    careless: await before(guarded),
    carelessUnguarded: await before(unguarded),
  }
  await startVarnish(
    // Careless is what many do to have pages with cookies cached: look them up all the same, and let Cache-Control
    // alone decide. As Varnish comes, a request with a cookie is passed on, and a response that sets one is not kept.
    `
      backend guarded { .host = "127.0.0.1"; .port = "${guarded.port}"; }
      backend unguarded { .host = "127.0.0.1"; .port = "${unguarded.port}"; }
      sub vcl_recv {
        unset req.http.X-Careless;
        if (local.socket == "carelessUnguarded") { set req.backend_hint = unguarded; }
        if (local.socket != "asItComes") {
          set req.http.X-Careless = "yes";
          return (hash);
        }
      }
      sub vcl_backend_response {
        if (bereq.http.X-Careless) {
          if (beresp.http.Cache-Control ~ "(?i)no-store|private") { set beresp.uncacheable = true; }
          return (deliver);
        }
      }
    `,
    Object.fromEntries(Object.entries(varnish).map(([name, { port }]) => [name, port])),
  )
})

describe.each([
  ['nginx with proxy_cache_valid 200 1m', true, () => nginx.asItComes],
  ['nginx that ignores Set-Cookie, too', true, () => nginx.careless],
  ['Varnish as it comes', hasVarnish, () => varnish.asItComes],
  ['Varnish that caches whatever Cache-Control permits', hasVarnish, () => varnish.careless],
])('with cacheControl, %s', (_name, isInstalled, cache) => {
  it.skipIf(!isInstalled)('never serves a response that sets a session cookie to anybody else', async () => {
    const { ada, bob } = await loggedIn(cache())
    const strangers = [strangerTo(cache()), strangerTo(cache()), strangerTo(cache())]
    const everybody = [...strangers, ada, bob, ada, bob]
    const answers = []
    for (const visitor of everybody) answers.push(await visitor.get('/count'))
    const counted = answers.map(({ json: { user, count } }) => [user, count])
    const strange = [null, 1]
    expect(counted).toEqual([strange, strange, strange, ['Ada', 1], ['Bob', 1], ['Ada', 2], ['Bob', 2]])
    expect(new Set(answers.flatMap(({ setCookies }) => setCookies)).size).toBe(everybody.length)
  })

  it.skipIf(!isInstalled)('never serves a response that read the session to somebody with another cookie', async () => {
    const { ada, bob } = await loggedIn(cache())
    const users = []
    for (const visitor of [ada, bob, strangerTo(cache()), ada, bob])
      users.push((await visitor.get('/whoami')).json.user)
    expect(users).toEqual(['Ada', 'Bob', null, 'Ada', 'Bob'])
  })

  it.skipIf(!isInstalled)('serves from the cache what did not touch the session', async () => {
    const [first, second] = [await strangerTo(cache()).get('/public'), await strangerTo(cache()).get('/public')]
    expect(second.json).toEqual(first.json)
    const uncached = await strangerTo(cache()).get('/public?another')
    expect(uncached.json).not.toEqual(first.json)
  })
})

describe('with cacheControl: false, the danger is real:', () => {
  it('nginx with proxy_cache_valid 200 1m, and nothing ignored, shows the page of one user to another', async () => {
    const { ada, bob } = await loggedIn(nginx.asItComesUnguarded)
    await ada.get('/whoami')
    expect((await bob.get('/whoami')).json.user).toBe('Ada')
  })

  it('nginx with proxy_ignore_headers Set-Cookie logs one user in as another', async () => {
    expect(await whoBobBecomes(nginx.carelessUnguarded)).toBe('Ada')
  })

  it.skipIf(!hasVarnish)('Varnish that caches whatever Cache-Control permits does so, too', async () => {
    expect(await whoBobBecomes(varnish.carelessUnguarded)).toBe('Ada')
  })
})

describe('with cacheControl, the same caches', () => {
  it('leave everybody who they are: nginx with proxy_ignore_headers Set-Cookie', async () => {
    expect(await whoBobBecomes(nginx.careless)).toBe('Bob')
  })

  it.skipIf(!hasVarnish)('leave everybody who they are: Varnish', async () => {
    expect(await whoBobBecomes(varnish.careless)).toBe('Bob')
  })

  // Vary: Cookie is then all that is left, and to those who come without a cookie it makes no difference.
  it('cannot be helped if told to ignore Cache-Control as well: one newcomer is given the session of another', async () => {
    const [first, second] = [strangerTo(nginx.reckless), strangerTo(nginx.reckless)]
    await first.get('/count')
    await second.get('/count')
    expect([...second.jar]).toEqual([...first.jar])
    expect(second.jar.size).toBe(1)
  })
})

/** Ada and Bob, who have logged in behind the back of the cache that they now visit. */
async function loggedIn(cache: Cache): Promise<{ ada: Visitor; bob: Visitor }> {
  const [ada, bob] = [new Visitor(cache.app.origin), new Visitor(cache.app.origin)]
  await ada.get('/login?user=Ada')
  await bob.get('/login?user=Bob')
  return { ada: ada.at(originOf(cache)), bob: bob.at(originOf(cache)) }
}

function strangerTo(cache: Cache): Visitor {
  return new Visitor(originOf(cache))
}

/** Whom the app takes Bob for after he has asked for the same page as Ada did just before. */
async function whoBobBecomes(cache: Cache): Promise<string> {
  const { ada, bob } = await loggedIn(cache)
  await ada.get('/count?page')
  await bob.get('/count?page')
  return (await bob.at(cache.app.origin).get('/whoami')).json.user
}

function originOf({ port }: Cache): string {
  return `http://127.0.0.1:${port}`
}

async function startCachingNginx(servers: readonly (readonly [Cache, directives: string])[]): Promise<void> {
  await startNginx(
    servers
      .map(
        ([{ port, app }, directives]) => `server {
          listen 127.0.0.1:${port};
          location / {
            proxy_pass ${app.origin};
            proxy_cache cache;
            proxy_cache_key $server_port$request_uri;
            proxy_cache_valid 200 1m;
            ${directives}
          }
        }`,
      )
      .join('\n'),
    servers.map(([{ port }]) => port),
  )
}
