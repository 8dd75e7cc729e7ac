/**
 * What a flood costs that is meant for the endpoint of `deviceBound`, and for the proof cookie. Nobody can make the app
 * do more than somebody with a device does, who has one signature verified, by a key that is imported when it registers. Without a challenge of ours, none is: that
 * costs less than a quarter. Of made-up proof cookies four count, and none costs more than a session with a good one.
 * It is checked, and not recorded.
 */
import { exchange, type Handler } from '../contenders/exchange.js'
import { median } from '../measure/samples.js'
import { sessionData } from '../measure/session-data.js'
import { inRounds, quick, type Rounds } from '../measure/turns.js'
import { agreeOn, deviceRequests } from '../micro/device.js'

/** What somebody with a device does: it is the bound of the others. */
const HONEST: readonly string[] = ['a session with its proof', 'a registration', 'a refresh with its proof']

/** By how much two medians of one run may differ. Those of a short one differ more. */
const TOLERANCE = quick ? 1.6 : 1.25

/** Returns whether everything stayed below its bound. */
export async function floodOfDevices(secret: string, rounds: Rounds): Promise<boolean> {
  const { on, posts, bound, proof, unbound } = await deviceRequests(secret, sessionData('flat', 1024))
  const seen: Handler = ({ session }) => void session?.['csrf']
  const calls: Record<string, () => unknown> = {
    'a session with its proof': () => exchange(on, seen, `${bound}; ${proof}`),
  }
  const without = (cookie: string) => cookie.replace(/[^.=]+$/, (tag) => `${tag[0] === 'A' ? 'B' : 'A'}${tag.slice(1)}`)
  calls['forty proof cookies with a wrong tag'] = () =>
    exchange(on, seen, [bound, ...Array(40).fill(without(proof))].join('; '))
  calls['forty proof cookies with a wrong tag, of a session that is not bound'] = () =>
    exchange(on, seen, [unbound, ...Array(40).fill(without(proof))].join('; '))
  for (const [flood, post] of Object.entries(posts)) {
    await agreeOn(flood, post)
    calls[flood] = () => exchange(post[0], () => {}, post[1])
  }
  const samples = await inRounds(calls, rounds)
  const cpu = (call: string) => median(samples[call]?.cpu ?? [])
  const signature = cpu('a refresh with its proof')
  // It has a key to import, too.
  const registration = cpu('a registration')
  const most = (flood: string) => {
    if (flood.startsWith('forty')) return 4 * cpu('a session with its proof')
    if (flood === 'a forged signature of a registration') return registration
    return flood === 'a forged signature of a refresh' ? signature : signature / 4
  }
  let isBelow = true
  for (const flood of Object.keys(calls).filter((call) => !HONEST.includes(call))) {
    const above = cpu(flood) > TOLERANCE * most(flood)
    isBelow &&= !above
    const verdict = above ? ': ABOVE THE BOUND' : ''
    console.log(`${cpu(flood).toFixed(1).padStart(8)} us  ${flood}, of ${most(flood).toFixed(1)}${verdict}`)
  }
  return isBelow
}
