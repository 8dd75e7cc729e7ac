import { beforeAll, describe, expect, it } from 'vitest'
import { SECRET } from '../support/secrets.js'
import { App, startApps } from './support/apps.js'
import { type Answer, get, headBytes } from './support/client.js'
import { inTurn, startHaproxy } from './support/haproxy.js'
import { nginxBefore, startNginx } from './support/nginx.js'
import { freePort } from './support/ports.js'
import { until } from './support/until.js'

/** A session whose cookie is about as large as a browser takes, far from what default nginx takes. */
const LARGEST = '/filled/json?session=2870'

let app: App

beforeAll(async () => {
  app = await App.start({ SESSION_KEYS: SECRET })
})

describe('a response whose session is as large as browsers take', () => {
  it('passes HAProxy as it comes', async () => {
    const port = await freePort()
    await startHaproxy(inTurn(port, [app]), [port])
    const answer = await get(`http://127.0.0.1:${port}${LARGEST}`)
    expect(answer.status).toBe(200)
    const cookie = cookieOf(answer)
    expect(cookie.length - '='.length).toBeGreaterThan(4050)
    expect(cookie.length - '='.length).toBeLessThanOrEqual(4093)
  })

  it('is a 502 of nginx as it comes, of which the app has warned, naming proxy_buffer_size', async () => {
    const nginx = await nginxBefore(app)
    const { status, warning } = await asking(app, nginx + LARGEST)
    expect(status).toBe(502)
    expect(warning).toContain('SESSION_WARN_HEAD')
    expect(warning).toContain('proxy_buffer_size')
  })

  it('passes nginx when the advice of that warning is followed to the letter', async () => {
    const { warning } = await asking(app, app.origin + LARGEST)
    const [, size] = /raise proxy_buffer_size to (\w+)/.exec(warning) ?? []
    const nginx = await nginxBefore(app, `proxy_buffer_size ${size};`)
    expect((await get(nginx + LARGEST)).status).toBe(200)
  })

  it('passes nginx with proxy_buffer_size 8k', async () => {
    const nginx = await nginxBefore(app, 'proxy_buffer_size 8k;')
    expect((await get(nginx + LARGEST)).status).toBe(200)
  })

  it('passes nginx with proxy_buffer_size 16k, with which nginx only starts if proxy_buffers grow, too', async () => {
    const nginx = await nginxBefore(app, 'proxy_buffer_size 16k; proxy_buffers 8 16k;')
    expect((await get(nginx + LARGEST)).status).toBe(200)
    await expect(nginxBefore(app, 'proxy_buffer_size 16k;')).rejects.toThrow(
      '"proxy_busy_buffers_size" must be less than the size of all "proxy_buffers" minus one buffer',
    )
  })

  // A head that is too large counts as a failure of the process (max_fails=1), which then rests for ten seconds.
  it('takes one process after the other out of the rotation of nginx as it comes, for every visitor', async () => {
    const servers = (await startApps(3, { SESSION_KEYS: SECRET })).map(({ port }) => `server 127.0.0.1:${port};`)
    const [tight, roomy] = [await freePort(), await freePort()]
    await startNginx(
      `upstream tight { ${servers.join(' ')} }
      upstream roomy { ${servers.join(' ')} }
      server { listen 127.0.0.1:${tight}; location / { proxy_pass http://tight; } }
      server { listen 127.0.0.1:${roomy}; location / { proxy_pass http://roomy; proxy_buffer_size 8k; } }`,
      [tight, roomy],
    )
    const visits = async (port: number) => {
      const paths = ['/public', LARGEST, LARGEST, LARGEST, '/public']
      const statuses = []
      for (const path of paths) statuses.push((await get(`http://127.0.0.1:${port}${path}`)).status)
      return statuses
    }
    expect(await visits(tight)).toEqual([200, 502, 502, 502, 502])
    expect(await visits(roomy)).toEqual([200, 200, 200, 200, 200])
  })
})

describe('the warning of a large head', () => {
  it('comes above 4,000 bytes, to the byte, where nginx as it comes still lets both pass', async () => {
    const nginx = await nginxBefore(app)
    const path = (padding: number) => `/filled/json?session=1000&padding=${padding}`
    const padding = 4000 - (await headBytes(app.origin, path(0), '1.1'))
    expect(await headBytes(app.origin, path(padding), '1.1')).toBe(4000)
    expect(await asking(app, nginx + path(padding))).toMatchObject({ status: 200, warning: '' })
    const warned = await asking(app, nginx + path(padding + 1))
    expect(warned.status).toBe(200)
    expect(warned.warning).toContain('about 4001 bytes')
  })

  describe.each([
    ['as it comes', '1.0', ''],
    ['with connections that are kept alive', '1.1', 'proxy_http_version 1.1; proxy_set_header Connection "";'],
  ] as const)('comes before a response is too large for nginx %s', (_how, version, directives) => {
    let nginx: string
    beforeAll(async () => {
      nginx = await nginxBefore(app, directives)
    })

    it.each(['json', 'redirect', 'stream', 'end', 'error', 'helmet', 'writeHead'])('sent as %s', async (shape) => {
      const path = (padding: number) => `/filled/${shape}?session=1000&padding=${padding}`
      const last = await lastPassing(nginx, path)
      const bytes = await headBytes(app.origin, path(last), version)
      // A head of exactly 4,096 bytes comes through, but if there is a body, it may be cut off.
      expect([4095, 4096]).toContain(bytes)
      const { warning } = await asking(app, nginx + path(last))
      expect(warning).toContain('SESSION_WARN_HEAD')
      console.log(`${shape} (HTTP/${version}): nginx takes ${bytes} bytes; ${warning.match(/about \d+ bytes/)}`)
    })
  })

  // The buffer holds the head of the cache's file, too, and in it the key. Sessions are not cached, and yet it counts.
  it('comes too late by default where nginx has a proxy_cache, which leaves less room: there, set warnAt', async () => {
    const cautious = await App.start({ SESSION_KEYS: SECRET, WARN_AT: '3400' })
    const nginx = await nginxBefore(app, 'proxy_cache cache;')
    const cautiousNginx = await nginxBefore(cautious, 'proxy_cache cache;')
    const longer = 'and-so-on'.repeat(10)
    const path = (padding: number) => `/filled/json?session=1000&padding=${String(padding).padStart(4, '0')}`
    const [last, lastOfLonger] = [
      await lastPassing(nginx, path),
      await lastPassing(nginx, (padding) => `${path(padding)}&${longer}`),
    ]
    // To the byte or nearly so: see what was said of 4,096 bytes above.
    expect(Math.abs(last - lastOfLonger - `&${longer}`.length)).toBeLessThanOrEqual(1)
    const bytes = await headBytes(app.origin, path(last), '1.0')
    console.log(`with a proxy_cache and a key of this length, nginx takes ${bytes} bytes`)
    expect(bytes).toBeLessThan(4000)
    expect(await asking(app, nginx + path(last + 2))).toMatchObject({ status: 502, warning: '' })
    const { status, warning } = await asking(cautious, cautiousNginx + path(last))
    expect([status, warning]).toEqual([200, expect.stringContaining('SESSION_WARN_HEAD')])
  })
})

function cookieOf({ setCookies: [line = ''] }: Answer): string {
  return line.split(';')[0] as string
}

/** Asks as if nothing had been warned about, and returns the warning, or nothing. */
async function asking(of: App, url: string): Promise<{ status: number; warning: string }> {
  await get(`${of.origin}/forget-warnings`)
  const said = of.said().length
  const { status } = await get(url)
  const marker = `marker-${Math.random()}`
  await get(`${of.origin}/say/${marker}`)
  await until('the app says the marker', () => of.said().includes(marker))
  return { status, warning: /^.*SESSION_WARN.*$/m.exec(of.said().slice(said))?.[0] ?? '' }
}

/** The largest padding with which a response comes through whole, by bisection. */
async function lastPassing(origin: string, path: (padding: number) => string): Promise<number> {
  const passes = async (padding: number) => {
    const answer = await get(origin + path(padding)).catch(() => undefined)
    return answer !== undefined && answer.status !== 502
  }
  let [passing, refused] = [0, 4096]
  expect([await passes(passing), await passes(refused)]).toEqual([true, false])
  while (refused - passing > 1) {
    const middle = Math.floor((passing + refused) / 2)
    if (await passes(middle)) passing = middle
    else refused = middle
  }
  return passing
}
