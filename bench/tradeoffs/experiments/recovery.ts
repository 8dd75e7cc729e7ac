import { setTimeout as sleep } from 'node:timers/promises'
import { Browser } from './actors/browser.js'

/** How long an app may take to notice that its store is back, in milliseconds. */
export const LONGEST = 15_000
/** How long a single attempt may take. */
const PATIENCE = 2_000

/** Milliseconds until somebody new can sign in; undefined if that takes too long. */
export async function recovery(origin: string): Promise<number | undefined> {
  const begin = performance.now()
  while (performance.now() - begin < LONGEST) {
    const visitor = new Browser(origin)
    const written = await visitor.post('/write?name=here&value=yes', PATIENCE)
    const read = await visitor.get('/read', PATIENCE)
    visitor.close()
    if (written.status === 200 && read.body.includes('yes')) return performance.now() - begin
    await sleep(100)
  }
  return undefined
}
