import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Authority, localAuthority } from './support/authority.js'
import { boundaryServer, NAMES, PREFIX } from './support/boundary-app.js'
import { VISITORS, type Visitor } from './support/browsers.js'

/** What browsers keep, name and value together; and our limit, lower by the three bytes that Safari may want. */
const KEPT = 4096
const LIMIT = 4093

let authority: Authority
beforeAll(async () => {
  authority = await localAuthority()
})

describe.each(Object.entries(VISITORS))('%s, over https with __Host-Http- cookies', (_name, start) => {
  let visitor: Visitor
  beforeAll(async () => {
    visitor = await start(authority)
  })
  afterAll(() => visitor?.close())

  describe.each([LIMIT, KEPT])('with a limit of %i bytes', (sizeLimit) => {
    const server = { origin: '', close: () => {} }
    beforeAll(async () => {
      const listening = boundaryServer(authority, sizeLimit).listen(0, '127.0.0.1')
      await new Promise((resolve) => listening.once('listening', resolve))
      server.origin = `https://localhost:${(listening.address() as AddressInfo).port}`
      server.close = () => {
        listening.close()
        listening.closeAllConnections()
      }
    })
    afterAll(() => server.close())
    const visit = (path: string) => visitor.visit(server.origin + path)

    it('keeps a session whose cookie is exactly as large as the limit', async () => {
      const filled = await fill(visit, sizeLimit)
      expect(filled.bytes).toBe(sizeLimit)
      expect(await visit('/names')).toContain(PREFIX + filled.name)
      expect(await visit(`/read?name=${filled.name}`)).toBe(filled.characters)
    })

    it('gives the app an error for one byte more, and the browser keeps the session of before', async () => {
      const { name, characters } = await fill(visit, sizeLimit)
      expect(await visit(`/more?name=${name}`)).toBe(`ERR_SESSION_OVERFLOW ${sizeLimit + 1}`)
      expect(await visit(`/read?name=${name}`)).toBe(characters)
    })
  })

  it(`would itself keep ${KEPT} bytes, and drop ${KEPT + 1} without a word`, async () => {
    const listening = boundaryServer(authority, KEPT).listen(0, '127.0.0.1')
    await new Promise((resolve) => listening.once('listening', resolve))
    const origin = `https://localhost:${(listening.address() as AddressInfo).port}`
    try {
      await visitor.visit(`${origin}/raw?bytes=${KEPT + 1}`)
      expect(await visitor.visit(`${origin}/names`)).not.toContain('raw')
      await visitor.visit(`${origin}/raw?bytes=${KEPT}`)
      expect(await visitor.visit(`${origin}/names`)).toContain('raw')
    } finally {
      listening.close()
      listening.closeAllConnections()
    }
  })
})

/**
 * Fills a session until its cookie has exactly these bytes, under a name with which one character more is one byte more:
 * base64 takes four characters for three, so that it is sometimes two.
 */
async function fill(visit: (path: string) => Promise<string>, bytes: number) {
  for (const name of NAMES) {
    const filled = Number(await visit(`/fill?name=${name}&bytes=${bytes}`))
    const refused = await visit(`/more?name=${name}`)
    if (filled !== bytes || !refused.endsWith(` ${bytes + 1}`)) continue
    return { name, bytes: filled, characters: await visit(`/read?name=${name}`) }
  }
  throw new Error(`no name makes a cookie of ${bytes} bytes`)
}
