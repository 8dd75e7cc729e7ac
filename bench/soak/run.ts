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
import { record, versionsOf } from '../measure/recording.js'
import { quick } from '../measure/turns.js'
import type { Look } from './app.js'
import { Browser, hangUpAll, Tally } from './browser.js'
import { attack } from './hostile.js'
import { instances, ringFile } from './instances.js'
import { failuresIn, measurementsOf, print } from './report.js'

const SECOND = 1000
const flag = { type: 'boolean' } as const
const options = parseArgs({ options: { minutes: { type: 'string' }, quick: flag, record: flag } }).values
const MINUTES = Number(options.minutes ?? (quick ? 0.5 : 60))
if (!(MINUTES > 0)) throw new Error('--minutes takes a number above 0')
/** Between two rotations, in seconds; a key is known for `LEAD` before it seals. */
const [ROTATION, LEAD] = quick ? [8, 3] : [60, 10]
const INSTANCES = 3
/**
 * Busy ones ask again at once; quiet ones come by once in one and a half rotations, and stay until their session was
 * written: it lives as long as the key that it was sealed with last.
 */
const [BUSY, QUIET] = [32, 16]
/** Of what the busy ones do, for a tenth of the requests: what people do is more than one now and then. */
const HOSTILE = 0.15

const folder = mkdtempSync(join(tmpdir(), 'soak-'))
const tally = new Tally()
const ring = ringFile(join(folder, 'keys.json'), LEAD)
const serving = await instances(INSTANCES, join(folder, 'keys.json'))
const origin = () => serving.next()
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
  ended.push(...(await serving.looks()))
} finally {
  hangUpAll()
  await serving.stop()
  rmSync(folder, { recursive: true })
}
const measurements = measurementsOf(tally, looks, ended)
print(measurements, MINUTES, [...tally.wrongs, ...ended.flatMap(({ complaints }) => complaints)])
record({
  benchmark: 'soak',
  versions: versionsOf('express'),
  method: { minutes: MINUTES, rotation: ROTATION, lead: LEAD, instances: INSTANCES, busy: BUSY, quiet: QUIET },
  measurements,
})
const failures = failuresIn(measurements)
for (const failure of failures) console.log(`FAILED: ${failure}`)
if (failures.length > 0) process.exitCode = 1

async function visitOnAndOn(browser: Browser): Promise<void> {
  while (!isOver()) {
    const token = aToken()
    if (token && Math.random() < HOSTILE) await attack(origin(), token, anOldToken(), tally)
    else await browser.act(Math.random())
  }
}

async function comeBy(browser: Browser): Promise<void> {
  while (!isOver()) {
    await pause(Math.min(ROTATION * 1.5 * SECOND, Math.max(0, end - Date.now())))
    await browser.act(Math.random())
    await browser.renew()
  }
}

async function every(interval: number, act: () => Promise<void>): Promise<void> {
  for (let time = start + interval; time < end; time += interval) {
    await pause(Math.max(0, time - Date.now()))
    await act()
  }
}

async function look(): Promise<void> {
  looks.push(await serving.look())
}

async function rotate(): Promise<void> {
  for (const { kid, token } of busy) {
    if (kid === undefined || token === undefined) continue
    copied.set(kid, token)
    if (kid !== ring.kids()[0]) tally.complain('a busy session is still under the old key when the next comes')
  }
  ring.rotate()
  tally.count('keys rotated')
}

async function restart(): Promise<void> {
  const how = Math.random() < 0.5 ? 'ended' : 'killed'
  const look = await serving.restart(how)
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
  const kids = ring.kids()
  // The one that was taken away last may still be known.
  const gone = [...copied.keys()].filter((kid) => !kids.includes(kid)).slice(0, -1)
  return copied.get(gone[Math.trunc(Math.random() * gone.length)] ?? '')
}
