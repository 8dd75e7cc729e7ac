import assert from 'node:assert/strict'
import { STEPS } from '../../http/app.js'
import type { Series } from '../../http/series.js'
import type { Participant } from '../participant.js'
import { SIZES } from '../sizes.js'
import { CookieJar } from './browser.js'
import { type Client, http1Client, http2Client } from './clients.js'
import { type Front, http2Front } from './http2-front.js'
import { Instance } from './instance.js'
import { Relay, type Traffic } from './relay.js'
import { USER } from './user.js'

/** Until both sides of HTTP/2 know the headers. */
const FIRST = 3
const COUNTED = 4

/**
 * Bytes on the wire per request of browsers that follow their cookies, over HTTP/1.1 and over HTTP/2. Of several
 * browsers, as some signatures have more characters that are escaped than others.
 */
export async function measureWire(who: Participant, browsers: number, series: Series): Promise<void> {
  const instance = await Instance.start(who)
  const appPort = Number(new URL(instance.url).port)
  let front: Front | undefined
  try {
    front = await http2Front(appPort)
    const carriers = [
      { client: http1Client, port: appPort, up: 'bytesUp', down: 'bytesDown' },
      { client: http2Client, port: front.port, up: 'h2Up', down: 'h2Down' },
    ]
    for (const { client, port, up, down } of carriers) {
      for (const size of SIZES) {
        for (const step of STEPS) {
          const connect = (relayed: number) => client(relayed, new CookieJar())
          const traffic = await trafficOf(connect, port, browsers, `/sign-in?size=${size}`, `/${step}`)
          const kind = { contender: who.backend.name, step, size, unit: 'bytes' }
          series.add({ ...kind, metric: up }, traffic.up)
          series.add({ ...kind, metric: down }, traffic.down)
        }
      }
    }
  } finally {
    front?.close()
    await instance.stop()
  }
}

/** Per request to `path`. */
async function trafficOf(
  connect: (port: number) => Client,
  port: number,
  browsers: number,
  signIn: string,
  path: string,
): Promise<Traffic> {
  let [up, down] = [0, 0]
  for (let browser = 0; browser < browsers; browser++) {
    const relay = await Relay.to(port)
    const client = connect(relay.port)
    try {
      assert.equal(await client.visit(signIn), USER)
      for (let times = 0; times < FIRST; times++) await client.visit(path)
      const before = relay.traffic
      for (let times = 0; times < COUNTED; times++) assert.equal(await client.visit(path), USER)
      const after = relay.traffic
      up += after.up - before.up
      down += after.down - before.down
    } finally {
      client.close()
      relay.close()
    }
  }
  return { up: up / browsers / COUNTED, down: down / browsers / COUNTED }
}
