import { median } from '../../../measure/statistics.js'
import { sessionIn, signedIn } from '../actors/people.js'
import { type Finding, notProxied, type Trial } from '../finding.js'
import type { Scene } from '../scene.js'

const BYTES = 2560

/** One short field of a session of 2.5 KB changes. What the request moves is counted on the wire. */
export const oneField: Trial = async (scene) => {
  const counted = await countedApp(scene)
  if (!counted) return notProxied
  const { app, wire } = counted
  const requests: Facts[] = []
  for (const { browser } of await signedIn(app.origin, scene.people)) {
    await browser.post('/write?name=color&value=blue')
    await browser.post(`/fill?bytes=${BYTES}`)
    const before = { ...wire() }
    const { bytesUp, bytesDown, cookiesUp, cookiesDown } = await browser.post('/write?name=color&value=rose')
    const after = wire()
    const { color } = sessionIn(await browser.get('/read'))
    const [storeUp, storeDown] = [after.up - before.up, after.down - before.down]
    requests.push({ bytesUp, bytesDown, cookiesUp, cookiesDown, storeUp, storeDown, kept: color === 'rose' })
  }
  const middle = (figure: Exclude<keyof Facts, 'kept'>) => median(requests.map((one) => one[figure]))
  return tell({
    bytesUp: middle('bytesUp'),
    bytesDown: middle('bytesDown'),
    cookiesUp: middle('cookiesUp'),
    cookiesDown: middle('cookiesDown'),
    storeUp: middle('storeUp'),
    storeDown: middle('storeDown'),
    kept: requests.every(({ kept }) => kept),
  })
}

async function countedApp(scene: Scene) {
  if (!scene.store) return { app: await scene.shared(), wire: () => ({ up: 0, down: 0 }) }
  const led = await scene.proxy(scene.store.url)
  if (!led) return undefined
  const { proxy, url } = led
  return { app: await scene.start({ url }), wire: () => ({ up: proxy.bytesUp, down: proxy.bytesDown }) }
}

export interface Facts {
  /** Of the whole request and answer. */
  readonly bytesUp: number
  readonly bytesDown: number
  readonly cookiesUp: number
  readonly cookiesDown: number
  /** Between app and store. */
  readonly storeUp: number
  readonly storeDown: number
  readonly kept: boolean
}

export function tell(facts: Facts): Finding {
  const { cookiesUp, cookiesDown, storeUp, storeDown, kept } = facts
  if (!kept) return { verdict: 'bad', happened: 'The change was lost.', facts: { ...facts } }
  const cookie =
    cookiesUp > BYTES && cookiesDown > BYTES
      ? 'The whole session went from the browser to the app and back in the cookie'
      : 'Between browser and app went a short cookie'
  const store =
    storeUp > BYTES && storeDown > BYTES ? ', and the whole session between app and store, once in each direction' : ''
  return { verdict: 'good', happened: `${cookie}${store}.`, facts: { ...facts } }
}
