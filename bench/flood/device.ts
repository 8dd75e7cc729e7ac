/**
 * What a flood costs that is meant for the endpoint of `deviceBound`, and for the proof cookie. Nobody can make the app
 * do more than somebody with a device does, who has one signature verified, by a key that is imported when it registers.
 * Without a challenge of ours, none is: that costs less than two requests with a session and its proof, which are made of
 * the same (a slow machine is not as slow with a signature as with everything else). Of made-up proof cookies four count,
 * and none costs more than a session with a good one. It is checked, and not recorded.
 */
import { exchange, read, untouched } from '../contenders/exchange.js'
import { sessionData } from '../measure/session-data.js'
import { quick } from '../measure/turns.js'
import { agreeOn, deviceRequests } from '../micro/device.js'

/** By how much two medians of one run may differ. Those of a short one differ more. */
export const TOLERANCE: number = quick ? 1.6 : 1.25

/** What somebody with a device does, by which the others are bound, and the floods. */
export async function deviceCalls(secret: string): Promise<Record<string, () => unknown>> {
  const { on, posts, bound, proof, unbound } = await deviceRequests(secret, sessionData('flat', 1024))
  const withCookies = (...cookies: string[]) => {
    const cookie = cookies.join('; ')
    return () => exchange(on, read, cookie)
  }
  const wrong = Array(40).fill(proof.replace(/[^.=]+$/, (tag) => `${tag[0] === 'A' ? 'B' : 'A'}${tag.slice(1)}`))
  const calls: Record<string, () => unknown> = {
    'a session with its proof': withCookies(bound, proof),
    'forty proof cookies with a wrong tag': withCookies(bound, ...wrong),
    'forty proof cookies with a wrong tag, of a session that is not bound': withCookies(unbound, ...wrong),
  }
  for (const [flood, post] of Object.entries(posts)) {
    await agreeOn(flood, post)
    calls[flood] = () => exchange(post[0], untouched, post[1])
  }
  return calls
}

/** What a flood may cost at most; undefined for what somebody with a device does. */
export function boundOf(flood: string, cpu: (call: string) => number): number | undefined {
  if (['a session with its proof', 'a registration', 'a refresh with its proof'].includes(flood)) return undefined
  if (flood.startsWith('forty')) return 4 * cpu('a session with its proof')
  // It has a key to import, too.
  if (flood === 'a forged signature of a registration') return cpu('a registration')
  return flood === 'a forged signature of a refresh'
    ? cpu('a refresh with its proof')
    : 2 * cpu('a session with its proof')
}
