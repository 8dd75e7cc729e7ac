import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../support/script.js'
import { SECRET } from '../support/secrets.js'
import { run } from './run.js'

describe('memory pressure', () => {
  /** Serves more sessions of the largest size, and more of their forgeries, than the heap could hold. */
  const SCRIPT = `
    import { createServer, get } from 'node:http'
    import session from './dist/index.js'
    const sessions = session({ keys: '${SECRET}', warnAt: Infinity })
    const server = createServer((req, res) => sessions(req, res, () => {
      req.session.text = 'x'.repeat(2800)
      req.session.count = (req.session.count ?? 0) + 1
      res.end(String(req.session.count))
    }))
    const ask = (port, cookie) => new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent: false, headers: { cookie } }, (res) => {
        res.setEncoding('utf8').on('data', (body) => resolve([body, res.headers['set-cookie'][0].split(';')[0]]))
      }).on('error', reject)
    })
    server.listen(0, '127.0.0.1', async () => {
      const { port } = server.address()
      const visitors = Array.from({ length: 20 }, async () => {
        let cookie = ''
        let count = ''
        for (let visit = 0; visit < 100; visit++) {
          ;[count, cookie] = await ask(port, cookie)
          await ask(port, cookie.slice(0, -4) + 'AAAA')
        }
        return count
      })
      console.log(JSON.stringify([...new Set(await Promise.all(visitors))]))
      server.close()
    })`

  it('does not grow with what was answered: 4,000 requests with the largest session in a heap of 24 MB', async () => {
    const { code, stdout, stderr } = await run(
      REPOSITORY,
      process.execPath,
      '--max-old-space-size=24',
      '--input-type=module',
      '--eval',
      SCRIPT,
    )
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '["100"]\n', stderr: '' })
  }, 60_000)
})
