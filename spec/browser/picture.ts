import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { requiredPathOf } from '../system/support/servers.js'
import { startPlayground } from './support/playground.js'

/*
 * Takes the picture of the playground that the README shows: the first screen, logged in, with something in the cart.
 *
 *   npx tsx spec/browser/picture.ts
 */
const PICTURE = fileURLToPath(new URL('../../bench/playground/playground.png', import.meta.url))
const WIDTH = 1280

const playground = await startPlayground()
const browser = await chromium.launch({ executablePath: requiredPathOf('chromium'), args: ['--no-sandbox'] })
try {
  const context = await browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce' })
  const page = await context.newPage()
  await page.setViewportSize({ width: WIDTH, height: 800 })
  await page.goto(playground.origin)
  for (const name of ['Log in', 'Add a tea', 'Add a tea']) {
    await page.getByRole('button', { name, exact: true }).click()
    await page.waitForFunction(() => document.body.getAttribute('aria-busy') !== 'true')
  }
  // As high as the panels beside the controls, so that none of them is cut.
  const [panel, bar] = await Promise.all(['#budget', '#status'].map((part) => page.locator(part).boundingBox()))
  const height = Math.ceil((panel?.y ?? 0) + (panel?.height ?? 0) + 16 + (bar?.height ?? 0))
  await page.setViewportSize({ width: WIDTH, height })
  await page.mouse.move(0, 0)
  await page.screenshot({ path: PICTURE })
  console.log(`${PICTURE}: ${WIDTH} x ${height}`)
} finally {
  await browser.close()
  await playground.stop()
}
