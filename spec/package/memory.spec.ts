import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../support/script.js'
import { SECRET } from '../support/secrets.js'
import { run } from './run.js'

/** What the app keeps of each answer. Text lies in the heap, bytes beside it. */
const KEPT = {
  nothing: '',
  text: 'kept.push(JSON.stringify(req.session))',
  bytes: 'kept.push(Buffer.from(JSON.stringify(req.session)))',
}

describe('memory pressure', () => {
  /** Serves sessions of the largest size, and as many of their forgeries, each of which becomes a new one. */
  const program = (keeps: keyof typeof KEPT, visits: number) => `
    import { Agent, createServer, get } from 'node:http'
    import session from './dist/index.mjs'
    const sessions = session({ keys: '${SECRET}', warnAt: Infinity })
    const kept = []
    const server = createServer((req, res) => sessions(req, res, () => {
      req.session.text = 'x'.repeat(2800)
      req.session.count = (req.session.count ?? 0) + 1
      ${KEPT[keeps]}
      res.end(String(req.session.count))
    }))
    const agent = new Agent({ keepAlive: true })
    const ask = (port, agent, cookie) => new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', agent, headers: { cookie } }, (res) => {
        res.setEncoding('utf8').on('data', (body) => resolve([body, res.headers['set-cookie'][0].split(';')[0]]))
      }).on('error', reject)
    })
    server.listen(0, '127.0.0.1', async () => {
      const { port } = server.address()
      const visitors = Array.from({ length: 20 }, async () => {
        let cookie = ''
        let count = ''
        for (let visit = 0; visit < ${visits}; visit++) {
          ;[count, cookie] = await ask(port, false, cookie)
          await ask(port, agent, cookie.slice(0, -4) + 'AAAA')
        }
        return count
      })
      const counts = [...new Set(await Promise.all(visitors))]
      agent.destroy()
      server.close()
      gc()
      console.log(JSON.stringify({ counts, bytes: process.memoryUsage().arrayBuffers }))
    })`

  /** With a young generation as small, as what is promoted out of a large one may fill the heap in one go. */
  const HEAP = ['--max-old-space-size=20', '--max-semi-space-size=1']
  const served = (keeps: keyof typeof KEPT, visits: number) =>
    run(
      REPOSITORY,
      process.execPath,
      ...[...HEAP, '--expose-gc', '--input-type=module', '--eval', program(keeps, visits)],
    )

  it('does not grow with what was answered: 8,000 requests with the largest session in a heap of 20 MB', async () => {
    const { code, stdout, stderr } = await served('nothing', 200)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { counts, bytes } = JSON.parse(stdout)
    expect(counts).toEqual(['200'])
    // What lies beside the heap is bounded by nothing.
    expect(bytes / 8000).toBeLessThan(500)
  }, 60_000)

  it('would have an end there if 3 KB of each answer were kept', async () => {
    const { code, stdout, stderr } = await served('text', 200)
    expect(code).not.toBe(0)
    expect(stdout).toBe('')
    expect(stderr).toContain('heap out of memory')
  }, 60_000)

  it('would be seen beside the heap, too', async () => {
    const { code, stdout } = await served('bytes', 10)
    expect(code).toBe(0)
    expect(JSON.parse(stdout).bytes / 400).toBeGreaterThan(2500)
  }, 60_000)
})
