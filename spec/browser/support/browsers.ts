import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { launch, type Browser as PuppeteerBrowser } from 'puppeteer-core'
import { temporaryFolder } from '../../system/support/folder.js'
import { requiredPathOf } from '../../system/support/servers.js'
import type { Authority } from './authority.js'

/** What keeps Chromium from asking anybody but the pages that it is sent to. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Sessions are bound to keys in software, as there is no TPM; without the quota, which one test has of its own. */
export const SOFTWARE_KEYS =
  '--enable-features=EnableBoundSessionCredentialsSoftwareKeysForManualTesting,DeviceBoundSessions:RefreshQuota/false'

/** Debian's Chromium, with certificates of its own. */
export async function startChromium(authority: Authority, ...more: readonly string[]): Promise<Browser> {
  const home = await temporaryFolder()
  await authority.trustIn(join(home, '.pki/nssdb'))
  return chromium.launch({
    executablePath: requiredPathOf('chromium'),
    args: [...QUIET, ...more],
    env: { ...process.env, HOME: home },
  })
}

/** Debian's Firefox, over WebDriver BiDi: playwright drives only a Firefox of its own making. */
export async function startFirefox(authority: Authority): Promise<PuppeteerBrowser> {
  const profile = await temporaryFolder()
  await authority.trustIn(profile)
  return launch({
    browser: 'firefox',
    executablePath: requiredPathOf('firefox-esr'),
    userDataDir: profile,
    headless: true,
  })
}

/** Runs in the page. */
function bodiesOf(paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map(async (path) => (await fetch(path)).text()))
}

/** As much of a browser as both drivers do in the same way. */
export interface Visitor {
  /** Goes to the address, and returns the text of the page. */
  visit(url: string): Promise<string>
  /** Fetches the paths at once, from the page that it is at, and returns the bodies in this order. */
  fetch(...paths: readonly string[]): Promise<string[]>
  close(): Promise<void>
}

export const VISITORS: Readonly<Record<string, (authority: Authority) => Promise<Visitor>>> = {
  async Chromium(authority) {
    const browser = await startChromium(authority)
    const page = await browser.newPage()
    return {
      async visit(url) {
        await page.goto(url)
        return (await page.textContent('body')) ?? ''
      },
      fetch: (...paths) => page.evaluate(bodiesOf, paths),
      close: () => browser.close(),
    }
  },
  async Firefox(authority) {
    const browser = await startFirefox(authority)
    const page = await browser.newPage()
    return {
      async visit(url) {
        await page.goto(url)
        return page.$eval('body', ({ textContent }) => textContent)
      },
      fetch: (...paths) => page.evaluate(bodiesOf, paths),
      close: () => browser.close(),
    }
  },
}
