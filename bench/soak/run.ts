/**
 * An hour of all that happens in production at once: three instances under full load, of which two are ended or killed
 * again and again, a ring of keys that is rotated every minute, answers that get lost, and every tenth request hostile.
 * No session may be lost, none may be opened by somebody else, and the instance that is never restarted must not grow.
 *
 * `--minutes N`, 60 by default; `--quick` takes half a minute, which is too short to judge growth by.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Measurement, record, versionsOf } from '../measure/recording.js'
import { median } from '../measure/statistics.js'
import type { Look } from './app.js'
import { Browser } from './browser.js'
import { attack } from './hostile.js'
import { Instances } from './instances.js'
import { RingFile } from './ring-file.js'
import { Tally } from './tally.js'
import { hangUpAll } from './wire.js'

const { values } = parseArgs({
  options: { minutes: { type: 'string' }, quick: { type: 'boolean' }, record: { type: 'boolean' } },
})
const SECOND = 1000
const MINUTES = values.quick ? 0.5 : Number(values.minutes ?? 60)
/** Between two rotations, in seconds; a key is known for `LEAD` before it seals. */
const [ROTATION, LEAD] = values.quick ? [8, 3] : [60, 10]
const INSTANCES = 3
/**
 * Busy ones ask again at once; quiet ones come by once in one and a half rotations, and stay until they were answered: a
 * session lives as long as the key that it was sealed with last.
 */
const [BUSY, QUIET] = [32, 16]
const HOSTILE = 0.1
/** Of what the busy ones do; that is more than one request now and then. */
const HOSTILE_DEEDS = 0.115
/** Fewer looks at the heap tell nothing. */
const ENOUGH_LOOKS = 20
/** How much larger the heap may be in the last quarter than in the first. */
const GROWTH = 1.05
/** How many more there may be: timers come and go with the load, and one that leaked with each restart would show. */
const MORE_HANDLES = 10

const folder = mkdtempSync(join(tmpdir(), 'soak-'))
const tally = new Tally()
const ring = new RingFile(join(folder, 'keys.json'), LEAD)
const instances = await Instances.start(INSTANCES, join(folder, 'keys.json'))
const origin = () => instances.next()
const browsers = (kind: string, count: number) =>
  Array.from({ length: count }, (_, index) => new Browser(`${kind}-${index}`, origin, tally))
const busy = browsers('busy', BUSY)
const quiet = browsers('quiet', QUIET)
/** Copied cookies by their key. */
const copied = new Map<string, string>()
const looks: Look[] = []
const ended: Look[] = []
const start = Date.now()
const end = start + MINUTES * 60 * SECOND
const isOver = () => Date.now() >= end

try {
  await Promise.all([...busy, ...quiet].map((browser) => browser.logIn()))
  await Promise.all([
    ...busy.map(visitOnAndOn),
    ...quiet.map(comeBy),
    every((ROTATION * SECOND) / 2, look),
    every(ROTATION * SECOND, rotate),
    every(ROTATION * SECOND * 0.7, restart),
  ])
  ended.push(...(await instances.looks()))
} finally {
  hangUpAll()
  await instances.stop()
  rmSync(folder, { recursive: true })
}
report()

async function visitOnAndOn(browser: Browser): Promise<void> {
  while (!isOver()) {
    const token = aToken()
    if (token && Math.random() < HOSTILE_DEEDS) await attack(origin(), token, anOldToken(), tally)
    else await browser.act(Math.random())
  }
}

async function comeBy(browser: Browser): Promise<void> {
  while (!isOver()) {
    await pause(Math.min(ROTATION * 1.5 * SECOND, Math.max(0, end - Date.now())))
    await browser.act(Math.random())
    await browser.reload()
  }
}

async function every(interval: number, act: () => Promise<void>): Promise<void> {
  for (let time = start + interval; time < end; time += interval) {
    await pause(Math.max(0, time - Date.now()))
    await act()
  }
}

async function look(): Promise<void> {
  const [first] = await instances.looks()
  if (first) looks.push(first)
}

async function rotate(): Promise<void> {
  for (const { kid, token } of busy) {
    if (kid === undefined || token === undefined) continue
    copied.set(kid, token)
    if (kid !== ring.kid) tally.complain('a busy session is still under the old key when the next comes')
  }
  ring.rotate()
  tally.count('keys rotated')
}

async function restart(): Promise<void> {
  const how = Math.random() < 0.5 ? 'ended' : 'killed'
  const look = await instances.restart(how)
  if (look) ended.push(look)
  tally.count(`instances ${how}`)
}

/** A good one, of somebody who is logged in, if there is anybody. */
function aToken(): string | undefined {
  const tokens = busy.flatMap(({ token }) => token ?? [])
  return tokens[Math.trunc(Math.random() * tokens.length)]
}

/** One whose key was taken away so long ago that all instances have seen it. */
function anOldToken(): string | undefined {
  const kids = ring.kids
  // The one that was taken away last may still be known.
  const gone = [...copied.keys()].filter((kid) => !kids.includes(kid)).slice(0, -1)
  return copied.get(gone[Math.trunc(Math.random() * gone.length)] ?? '')
}

function report(): void {
  const { done, wrong, wrongs } = tally
  const requests = count('answered, ') + count('hostile, ')
  const perSecond = requests / (MINUTES * 60)
  const hostile = count('hostile, ')
  const [quarter, last] = [looks.slice(1, 1 + looks.length / 4), looks.slice(-looks.length / 4)]
  const of = (some: readonly Look[], figure: 'heap' | 'handles' | 'sockets') => median(some.map((one) => one[figure]))
  const complaints = [...looks.slice(-1), ...ended].flatMap((one) => one.complaints)
  const rejected: Record<string, number> = {}
  for (const one of ended)
    for (const [reason, n] of Object.entries(one.rejected)) rejected[reason] = (rejected[reason] ?? 0) + n

  for (const [what, times] of Object.entries(done).sort()) print(times, what)
  for (const [reason, times] of Object.entries(rejected).sort()) print(times, `rejected as ${reason}`)
  print(
    ended.reduce((sum, one) => sum + one.resealed, 0),
    'sealed anew under a newer key',
  )
  print(
    requests,
    `answered in all, ${perSecond.toFixed(0)} a second, ${((100 * hostile) / requests).toFixed(1)}% hostile`,
  )
  print(wrong, 'not as it must be')
  for (const what of wrongs) console.log(`          ${what}`)
  print(complaints.length, `complaints of the instances ${[...new Set(complaints)].join(', ')}`)
  const judged = looks.length >= ENOUGH_LOOKS
  const failures = [
    wrong > 0 && 'sessions were not what they must be',
    complaints.length > 0 && 'an instance complained',
    hostile / requests < HOSTILE * 0.98 && 'there were too few hostile requests',
    judged && of(last, 'heap') > of(quarter, 'heap') * GROWTH && 'the heap has grown',
    judged && of(last, 'handles') > of(quarter, 'handles') + MORE_HANDLES && 'there are more handles',
  ].filter((failure) => failure !== false)
  console.log(`heap, first and last quarter: ${of(quarter, 'heap').toFixed(2)} and ${of(last, 'heap').toFixed(2)} MiB`)
  console.log(
    `handles: ${of(quarter, 'handles')} and ${of(last, 'handles')}; sockets: ${of(quarter, 'sockets')} and ${of(last, 'sockets')}`,
  )
  console.log(judged ? `judged by ${looks.length} looks` : `growth not judged: ${looks.length} looks are too few`)

  const counts: Measurement[] = Object.entries({
    ...done,
    'not as it must be': wrong,
    complaints: complaints.length,
  }).map(([contender, times]) => ({ contender, metric: 'count', unit: '', samples: [times] }))
  const series = (['heap', 'handles', 'sockets', 'requests'] as const).map((metric) => ({
    contender: 'the instance that is never restarted',
    metric,
    unit: metric === 'heap' ? 'MiB' : '',
    samples: looks.map((one) => one[metric]),
  }))
  record({
    benchmark: 'soak',
    versions: versionsOf('express'),
    method: { minutes: MINUTES, rotation: ROTATION, lead: LEAD, instances: INSTANCES, busy: BUSY, quiet: QUIET },
    measurements: [...counts, ...series],
  })
  for (const failure of failures) console.log(`FAILED: ${failure}`)
  if (failures.length > 0) process.exitCode = 1

  function count(prefix: string): number {
    return Object.entries(done).reduce((sum, [what, times]) => (what.startsWith(prefix) ? sum + times : sum), 0)
  }
}

function print(times: number, what: string): void {
  console.log(`${String(times).padStart(9)} ${what}`)
}
