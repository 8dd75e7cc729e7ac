import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cookieOf, everyBlockRan, examplesOf } from '../support/examples.js'

const frameworks = examplesOf('spec/guide/frameworks.md')

/** A listener that answers late and by `writeHead`, as frameworks do. */
const FRAMEWORK = `
export async function handle(req, res) {
  await new Promise((resolve) => setImmediate(resolve))
  req.session.visits = (req.session.visits ?? '') + req.url
  const answer = new Response(req.session.visits, { headers: { 'content-type': 'text/plain' } })
  res.writeHead(answer.status, Object.fromEntries(answer.headers))
  res.end(Buffer.from(await answer.arrayBuffer()))
}
`

describe('the page of frameworks', () => {
  it('puts the session in front of any listener', async () => {
    const file = frameworks.fileOf("A framework behind Node's http")
    writeFileSync(join(frameworks.folder, 'framework.js'), FRAMEWORK)
    await frameworks.serve(file, async (origin) => {
      const first = await fetch(`${origin}/one`)
      expect(await first.text()).toBe('/one')
      const second = await fetch(`${origin}/two`, { headers: { cookie: cookieOf(first) } })
      expect(await second.text()).toBe('/one/two')
      const large = await fetch(`${origin}/${'x'.repeat(4000)}`)
      expect([large.status, await large.text()]).toEqual([500, 'ERR_SESSION_OVERFLOW'])
    })
  })
})

everyBlockRan(frameworks)
