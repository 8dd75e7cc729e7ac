import type { Browser, Page } from 'puppeteer-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { localAuthority } from './support/authority.js'
import { startFirefox } from './support/browsers.js'
import { type RunningPlayground, startPlayground } from './support/playground.js'

/** Puppeteer's own `waitForFunction` makes code of text, which the page's policy forbids. */
const PATIENCE = { timeout: 30_000 }

describe('the playground in Firefox, over https with a local authority', () => {
  let playground: RunningPlayground
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  beforeAll(async () => {
    const authority = await localAuthority()
    playground = await startPlayground(authority)
    browser = await startFirefox(authority)
    page = await browser.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(playground.origin)
  })
  afterAll(async () => {
    await browser?.close()
    await playground?.stop()
  })

  const text = (selector: string) => page.$eval(selector, ({ textContent }) => textContent ?? '')
  /** Posts a form as a press of its button does. */
  async function post(action: string, fields: Record<string, string> = {}): Promise<void> {
    await page.evaluate(
      (path, values) => {
        const forms = [...document.querySelectorAll<HTMLFormElement>(`form[action="${path}"]`)]
        const given = Object.entries(values)
        const form = forms.find((one) => given.every(([name]) => one.elements.namedItem(name)))
        for (const [name, value] of given) {
          const control = form?.elements.namedItem(name)
          if (control instanceof HTMLInputElement) control.value = value
        }
        form?.requestSubmit()
      },
      action,
      fields,
    )
    await vi.waitFor(async () => expect(await page.$('body[aria-busy]')).toBeNull(), PATIENCE)
  }

  it('logs in, with the real __Host-Http- cookie', async () => {
    await post('/log-in', { name: 'Ada' })
    expect(await text('#session')).toContain('Logged in as Ada')
    expect(await text('#cookie')).toContain('__Host-Http-playground')
  })

  it('fills to the limit, and keeps the session when one byte more is refused', async () => {
    await post('/fill', { to: 'over' })
    expect(await text('#problem')).toContain('ERR_SESSION_OVERFLOW')
    await page.goto(playground.origin)
    expect(await text('#session')).toContain('Logged in as Ada')
  })

  it('says why a broken cookie is rejected, and takes the whole one back', async () => {
    await post('/cookie/truncate', { length: '100' })
    expect(await text('#rejection')).toContain('malformed')
    await post('/cookie/restore')
    expect(await text('#session')).toContain('Logged in as Ada')
  })

  it('is still logged in after a restart, and then logs out', async () => {
    const before = await text('#server')
    await post('/restart')
    await vi.waitFor(async () => expect(await text('#server')).not.toBe(before), PATIENCE)
    expect(await text('#session')).toContain('Logged in as Ada')
    await post('/log-out')
    expect(await text('#session')).toContain('Not logged in')
    expect(complaints).toEqual([])
  })
})
