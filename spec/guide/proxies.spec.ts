import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { maxHeaderSize } from 'node:http'
import { connect } from 'node:http2'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import session from '../../lib/index.js'
import { cookieOf, ENVIRONMENT, everyBlockRan, examplesOf } from '../support/examples.js'
import { REPOSITORY } from '../support/script.js'
import { SECRET } from '../support/secrets.js'

const proxies = examplesOf('spec/guide/proxies.md')

describe('the examples of proxies', () => {
  it('an app in production believes the proxy that it was asked over TLS', async () => {
    const production = { NODE_ENV: 'production' }
    await proxies.serve(
      proxies.fileOf('TLS at the proxy'),
      async (origin) => {
        const forwarded = await fetch(origin, { headers: { 'x-forwarded-proto': 'https' } })
        expect(forwarded.headers.getSetCookie()[0]).toMatch(/^__Host-Http-session=.*; Secure/)
        const plain = await fetch(origin)
        expect([plain.status, plain.headers.getSetCookie()]).toEqual([500, []])
      },
      production,
    )
  })

  it('an app behind a host that passes on one cookie has it under its very name, and no other', async () => {
    await proxies.serve(proxies.fileOf('One cookie only'), async (origin) => {
      const headers = { 'x-forwarded-proto': 'https' }
      const first = await fetch(origin, { headers })
      expect(first.headers.getSetCookie()).toEqual([expect.stringMatching(/^__session=[^;]+;.*; Secure/)])
      const [cookie = ''] = first.headers.getSetCookie()[0]?.split(';') ?? []
      expect(await (await fetch(origin, { headers: { ...headers, cookie } })).text()).toBe('You were here 2 times')
    })
  })

  it('nginx takes its configuration', () => {
    const [block] = proxies.under('nginx and the 502', 'nginx')
    const code = block?.code ?? ''
    const tried = readFileSync(join(REPOSITORY, 'spec/system/head.system.ts'), 'utf8')
    expect(tried).toContain(/proxy_buffer_size \w+;/.exec(code)?.[0])
    const nginx = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'].find(isProgram)
    if (nginx !== undefined) {
      expect(() => testNginx(nginx, code)).not.toThrow()
      expect(() => testNginx(nginx, code.replace('8k', '16k'))).toThrow('proxy_buffers')
    }
    proxies.ran(...(block ? [block] : []))
  })

  it('bare http answers an error at its second call', async () => {
    await proxies.serve(proxies.fileOf('Without Express'), async (origin) => {
      const first = await fetch(`${origin}/one`)
      expect(await first.text()).toBe('one')
      const tooMuch = await fetch(`${origin}/${'x'.repeat(4000)}`, { headers: { cookie: cookieOf(first) } })
      expect([tooMuch.status, await tooMuch.text()]).toEqual([500, 'ERR_SESSION_OVERFLOW'])
      const then = await fetch(`${origin}/two`, { headers: { cookie: cookieOf(first) } })
      expect(await then.text()).toBe('onetwo')
    })
  })

  it('HTTP/2 counts visits', async () => {
    await proxies.serve(proxies.fileOf('HTTP/2'), async (origin) => {
      const first = await getOverHttp2(origin)
      expect(first.text).toBe('You were here 1 times')
      expect((await getOverHttp2(origin, first.cookie)).text).toBe('You were here 2 times')
    })
  })

  it('an upgrade request is answered by its session', async () => {
    await proxies.serve(proxies.fileOf('WebSockets'), async (origin) => {
      const greeting = (cookie: string) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(origin.replace('http', 'ws'), { headers: { cookie } })
          socket.on('message', (message) => {
            resolve(String(message))
            socket.close()
          })
          socket.on('error', (error) => resolve(error.message))
        })
      const sessions = session<{ user: string }>({ keys: SECRET })
      expect(await greeting(sessions.seal({ user: 'Ada' }).cookie)).toBe('Hello Ada')
      expect(await greeting('session=x')).toContain('401')
    })
  })

  it('a Lambda function finds the session among several Cookie values', () => {
    const file = proxies.fileOf('Serverless')
    const app = `
      import express from 'express'
      import session from 'sealed-session'
      export const app = express()
      app.use(session({ keys: process.env.SESSION_KEYS, cookie: { secure: true } }))
      app.get('/', (req, res) => res.json(req.session.user ?? null))`
    writeFileSync(join(proxies.folder, 'app.js'), app)
    const { cookie } = session<{ user: string }>({ keys: SECRET }).seal({ user: 'Ada' }, { secure: true })
    const event = {
      httpMethod: 'GET',
      path: '/',
      requestContext: {},
      headers: { Cookie: 'other=1' },
      multiValueHeaders: { Cookie: [cookie, 'other=1'] },
    }
    const call = `import { handler } from '${file}'
      console.log((await handler(${JSON.stringify(event)}, {})).body)`
    const options = { encoding: 'utf8', env: { ...process.env, ...ENVIRONMENT } } as const
    const output = execFileSync(process.execPath, ['--input-type=module', '--eval', call], options)
    expect(output.trim()).toBe('"Ada"')
  })
})

describe('the limits', () => {
  it('of Node are what the page says', async () => {
    expect(proxies.page.prose).toContain(`| ${maxHeaderSize.toLocaleString('en')} bytes of head`)
    await proxies.serve(proxies.fileOf('Without Express'), async (origin) => {
      const { status } = await fetch(origin, { headers: { cookie: 'x'.repeat(maxHeaderSize) } })
      expect(status).toBe(431)
    })
  })
})

/** Without the rights that port 80 and the folders of the system need. */
function testNginx(nginx: string, server: string): void {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(proxies.folder, name)};`,
  )
  const file = join(proxies.folder, 'nginx.conf')
  const http = server.replace('listen 80;', 'listen 127.0.0.1:8080;')
  writeFileSync(file, `pid ${file}.pid; events {} http { access_log off; ${temporary.join(' ')} ${http} }`)
  execFileSync(nginx, ['-e', 'stderr', '-t', '-c', file], { stdio: 'pipe' })
}

function isProgram(path: string): boolean {
  try {
    execFileSync(path, ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function getOverHttp2(origin: string, cookie = ''): Promise<{ text: string; cookie: string }> {
  const client = connect(origin)
  try {
    const stream = client.request({ ':path': '/', cookie })
    let set = ''
    stream.on('response', (headers) => {
      set = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    })
    let text = ''
    for await (const chunk of stream.setEncoding('utf8')) text += chunk
    return { text, cookie: set }
  } finally {
    client.close()
  }
}

everyBlockRan(proxies)
