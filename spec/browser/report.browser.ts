import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe, { type AxeResults } from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REPOSITORY } from '../support/script.js'
import { localAuthority } from './support/authority.js'
import { startChromium } from './support/browsers.js'

const REPORT = pathToFileURL(join(REPOSITORY, 'bench/tradeoffs/report.html')).href

describe('the report "Cookie or store?"', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium(await localAuthority())
  })
  afterAll(() => browser?.close())

  describe.each([360, 1280, 1600])('%i pixels wide', (width) => {
    it.each(['light', 'dark'] as const)(
      'is accessible by what axe can tell, needs nothing else and fits, %s',
      async (colorScheme) => {
        // The page's own policy lets no script in: axe comes as a test, not as a part of the page.
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, bypassCSP: true })
        const page = await context.newPage()
        const requests: string[] = []
        const complaints: string[] = []
        page.on('request', (request) => requests.push(request.url()))
        page.on('console', (message) => complaints.push(message.text()))
        await page.goto(REPORT)
        expect(requests).toEqual([REPORT])
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
        await page.evaluate(axe.source)
        const { violations } = (await page.evaluate('axe.run()')) as AxeResults
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 80)).join(' ')}`),
        ).toEqual([])
        expect(complaints).toEqual([])
        await context.close()
      },
    )
  })
})
