import axe, { type AxeResults } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Authority, localAuthority } from './support/authority.js'
import { SOFTWARE_KEYS_WITHOUT_QUOTA, startChromium } from './support/browsers.js'
import { type RunningPlayground, startPlayground } from './support/playground.js'

let authority: Authority
let browser: Browser
beforeAll(async () => {
  authority = await localAuthority()
  browser = await startChromium(authority)
})
afterAll(() => browser?.close())

describe.each([
  ['http://localhost', 'playground'],
  ['https with a local authority', '__Host-Http-playground'],
])('the playground, over %s', (scheme, cookieName) => {
  let playground: RunningPlayground
  let context: BrowserContext
  let page: Page
  let complaints: string[]
  let requests: string[]

  beforeAll(async () => {
    playground = await startPlayground(scheme.startsWith('https') ? authority : undefined)
  })
  afterAll(() => playground?.stop())
  beforeEach(async () => {
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    page = await context.newPage()
    complaints = []
    requests = []
    // Chromium itself notes answers such as 413 that the page asked for.
    page.on('console', (message) => {
      const isOurs =
        ['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource')
      if (isOurs) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('request', (request) => requests.push(new URL(request.url()).origin))
    await page.goto(playground.origin)
    await press('Start over')
  })
  afterEach(async () => {
    expect(complaints).toEqual([])
    expect([...new Set(requests)]).toEqual([playground.origin])
    await context.close()
  })

  /** Presses a button, wherever it is folded away, and waits until the answer is shown. */
  async function press(name: string): Promise<void> {
    const button = page.getByRole('button', { name, exact: true, includeHidden: true }).first()
    await button.evaluate((element) => {
      for (let one = element.closest('details'); one; one = one.parentElement?.closest('details') ?? null)
        one.open = true
    })
    await button.click()
    await settled()
  }
  const settle = (name: 'validate' | 'logoutGuard', isOn: boolean) => press(`Switch ${isOn ? 'on' : 'off'} ${name}`)
  const settled = () => page.waitForFunction(() => document.body.getAttribute('aria-busy') !== 'true')
  const text = async (selector: string) => (await page.textContent(selector)) ?? ''
  const cookie = async () => (await context.cookies()).find(({ name }) => name === cookieName)
  async function logIn(name = 'Ada'): Promise<void> {
    await page.fill('input[name="name"]', name)
    await press('Log in')
    expect(await text('#session')).toContain(`Logged in as ${name}`)
  }

  it.each([
    [360, 740],
    [1280, 800],
  ])('has a session and what to do to it on the first screen, of %i by %i pixels', async (width, height) => {
    const fresh = await browser.newContext({ viewport: { width, height } })
    const first = await fresh.newPage()
    await first.goto(playground.origin)
    expect(await first.textContent('#session')).toMatch(/cart.*tea/s)
    expect(await first.textContent('#cookie')).toContain(`${cookieName}=eyJ`)
    expect((await fresh.cookies()).map(({ name }) => name)).toContain(cookieName)
    // What the bar at the bottom covers does not count.
    const end = (await first.locator('#status').boundingBox())?.y ?? 0
    const parts = ['#session .tree', '#cookie .box', 'text="Log in" >> visible=true', '#data button >> nth=0']
    for (const part of parts) {
      const box = await first.locator(part).last().boundingBox()
      expect(box, part).not.toBeNull()
      expect((box?.y ?? 0) + (box?.height ?? 0), part).toBeLessThanOrEqual(end)
    }
    expect(end).toBeLessThan(height)
    expect(await first.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    await fresh.close()
  })

  it('shows another browser a session of its own, and nothing of what this one did', async () => {
    await logIn('Grace')
    await press('Copy the cookie')
    await press('Rotate: a new key seals')
    const fresh = await browser.newContext()
    const other = await fresh.newPage()
    await other.goto(playground.origin)
    const seen = (await other.textContent('body')) ?? ''
    expect(seen).not.toContain('Grace')
    expect(seen).not.toContain('Rotated the keys')
    expect(await other.locator('#compare .step-title').allTextContents()).toEqual([
      expect.stringContaining('Your first visit'),
    ])
    expect(await other.locator('#wire .request').count()).toBe(1)
    await fresh.close()
    await page.reload()
    expect(await text('#compare')).toContain('Logged in as Grace')
  })

  it('logs in and out, and the cookie comes and goes', async () => {
    const before = await cookie()
    await logIn()
    expect((await cookie())?.value).not.toBe(before?.value)
    expect(await cookie()).toMatchObject({ httpOnly: true, secure: cookieName.startsWith('__Host-') })
    await press('Log out')
    expect(await text('#session')).toContain('Not logged in')
    expect(await cookie()).toBeUndefined()
  })

  it('shows what is put in, nested too, and what a Map and a Date become', async () => {
    await press('Nest a cart')
    await press('A Map')
    await press('A Date')
    const seen = await text('#session')
    for (const part of ['cart', 'items', '42', 'map', 'visited']) expect(seen).toContain(part)
  })

  it('refuses a BigInt with the error that the app gets, and keeps the session of before', async () => {
    await logIn()
    const before = await cookie()
    await press('A BigInt')
    expect(await text('#problem')).toContain('ERR_SESSION_UNSERIALIZABLE')
    expect((await cookie())?.value).toBe(before?.value)
    expect(await text('#session')).toContain('Logged in as Ada')
  })

  it('fills to the limit, and one byte more is the error of an overflow', async () => {
    await press('Fill to the limit')
    const full = await cookie()
    const bytes = cookieName.length + (full?.value.length ?? 0)
    expect(bytes).toBeLessThanOrEqual(4093)
    expect(bytes).toBeGreaterThan(4085)
    await press('One byte more')
    expect(await text('#problem')).toContain('ERR_SESSION_OVERFLOW')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('problem')
    expect((await cookie())?.value).toBe(full?.value)
  })

  it('grows byte by byte', async () => {
    await press('+100')
    await press('+1')
    expect(await text('#status')).toContain('Added 1 byte to notes')
  })

  it('rotates the key, which seals with the next change; revoking the old one ends what it sealed', async () => {
    await logIn()
    const kid = async () =>
      JSON.parse(Buffer.from((await cookie())?.value.split('.')[0] ?? '', 'base64url').toString()).kid
    const before = await kid()
    const old = await cookie()
    await press('Rotate: a new key seals')
    expect(await kid()).toBe(before)
    await press('+1')
    expect(await kid()).not.toBe(before)
    expect(await text('#session')).toContain('Logged in as Ada')
    await press(`Revoke ${before}`)
    expect(await text('#session')).toContain('Logged in as Ada')
    await context.addCookies(old ? [old] : [])
    await page.reload()
    expect(await text('#rejection')).toContain('missing-key')
  })

  it('says why a cookie that was broken is rejected, and takes it back when it is whole', async () => {
    await logIn()
    for (const [way, reason] of [
      ['Change it', 'tampered'],
      ['Cut the rest', 'malformed'],
      ['Move it to another name', 'tampered'],
    ] as const) {
      await press(way)
      expect(await text('#rejection'), way).toMatch(new RegExp(`${reason}|malformed`))
      await press('Put the whole cookie back')
      expect(await text('#session')).toContain('Logged in as Ada')
    }
  })

  it('lets a thief use a copy after the log-out, unless the app validates', async () => {
    await logIn()
    await press('Copy the cookie')
    await press('Use the copy')
    expect(await text('#thief')).toContain('It worked: the server took the thief for Ada')
    await press('Log out')
    await press('Use the copy')
    expect(await text('#thief')).toContain('It worked: the server took the thief for Ada')

    await logIn('Bob')
    await press('Copy the cookie')
    await settle('validate', true)
    await press('Log out')
    await press('Use the copy')
    expect(await text('#thief')).toContain('It was rejected: invalidated')
  })

  it('says that it is not bound here, and shows the theft from a device that the server made up', async () => {
    const isSecure = scheme.startsWith('https')
    expect(await text('#binding')).toContain(
      isSecure ? 'Your browser may do it, too' : 'Your browser cannot do it here',
    )
    await press('Steal from a simulated device')
    const rows = await page.locator('#device tbody tr').allInnerTexts()
    expect(rows.map((row) => row.split(/\t/).map((cell) => cell.trim()))).toEqual([
      ['the session cookie alone', 'taken for Ada', 'nobody: unproven'],
      ['all cookies', 'taken for Ada', 'taken for Ada'],
      ['all cookies, and signs with another key', 'taken for Ada', 'refused: signature'],
    ])
    expect(await text('#device')).toContain('Your browser had no part in it')
  })

  it('lets two requests write at once, of which one wins', async () => {
    await logIn()
    await press('Let two requests write')
    const seen = await text('#session')
    expect(Number(seen.includes('race-a')) + Number(seen.includes('race-b'))).toBe(1)
  })

  it('keeps a late response from undoing the log-out, unless the guard is off', async () => {
    await logIn()
    await press('Log out while a slow response is on its way')
    expect(await text('#session')).toContain('Not logged in')

    await logIn()
    await settle('logoutGuard', false)
    await press('Log out while a slow response is on its way')
    expect(await text('#session')).toContain('Logged in as Ada')
  })

  it('is still logged in after a restart, and express-session is not', async () => {
    await logIn()
    const before = await page.getAttribute('#page', 'data-process')
    await press('Restart the server')
    await page.waitForFunction((pid) => document.getElementById('page')?.dataset['process'] !== pid, before)
    expect(await text('#session')).toContain('Logged in as Ada')
    expect(await text('#compare')).toContain('ended with the process')
  })

  it('says what differed from express-session, and shows the wire with its events', async () => {
    await logIn()
    await press('Nest a cart')
    expect(await text('#compare')).toMatch(/bytes more with sealed-session/)
    expect(await text('#wire')).toContain(cookieName)
    expect(await text('#wire')).toContain('sealed')
  })

  it('can be used by keyboard', async () => {
    await page.focus('input[name="name"]')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('Grace')
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.getElementById('session')?.textContent?.includes('Logged in as Grace'))
  })

  it('works without script', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false })
    const other = await plain.newPage()
    await other.goto(playground.origin)
    await other.fill('input[name="name"]', 'Edith')
    await other.getByRole('button', { name: 'Log in' }).click()
    expect(await other.textContent('#session')).toContain('Logged in as Edith')
    await plain.close()
  })

  it.each([360, 1600])('is accessible by what axe can tell, and fits, %i pixels wide', async (width) => {
    await logIn()
    await press('Nest a cart')
    await press('Steal from a simulated device')
    await press('One byte more')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 900 })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      expect(await violations(page), colorScheme).toEqual([])
    }
  })
})

describe('the playground, in a Chromium that binds sessions to a key in software,', () => {
  let playground: RunningPlayground
  let binding: Browser
  let page: Page
  beforeAll(async () => {
    playground = await startPlayground(authority)
    binding = await startChromium(authority, SOFTWARE_KEYS_WITHOUT_QUOTA)
    page = await binding.newPage()
    await page.goto(playground.origin)
  })
  afterAll(async () => {
    await binding?.close()
    await playground?.stop()
  })

  const text = async (selector: string) => (await page.textContent(selector)) ?? ''
  async function press(name: string): Promise<void> {
    await page.getByRole('button', { name, exact: true }).click()
    await page.waitForFunction(() => document.body.getAttribute('aria-busy') !== 'true')
  }
  const look = async () => {
    await page.goto(playground.origin)
    return text('#binding')
  }

  it('lets a thief in by the cookie while it is not bound', async () => {
    await press('Log in')
    await press('Copy the cookie')
    await press('Use the copy')
    expect(await text('#thief')).toContain('It worked: the server took the thief for Ada')
    expect(await text('#binding')).toContain('Your browser may do it, too')
  })

  it('keeps a thief of the cookie out at once when it is bound, and one of all cookies later', async () => {
    await press('Switch on deviceBound')
    await press('Log out')
    await press('Log in')
    await vi.waitFor(async () => expect(await look()).toContain('Your session is bound'), {
      timeout: 10_000,
      interval: 300,
    })
    await press('Copy the cookie')
    await press('Use the copy')
    expect(await text('#thief')).toContain('It was rejected: unproven')
    await press('Copy all cookies')
    await press('Use the copy')
    expect(await text('#thief')).toContain('It worked: the server took the thief for Ada')
    for (const event of ['offered', 'registered', 'proved', 'bound']) expect(await text('#wire')).toContain(event)
  })
})

/** The page's own policy lets no other script in: axe comes past it, as a test. */
async function violations(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('Runtime.evaluate', { expression: axe.source })
  const { result } = await session.send('Runtime.evaluate', {
    expression: 'axe.run()',
    awaitPromise: true,
    returnByValue: true,
  })
  const { violations } = result.value as AxeResults
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 80)).join(' ')}`)
}
