import { writeFileSync } from 'node:fs'
import { Drawing, type Tone, WIDTH } from './svg.js'

const LEFT = 14
const RIGHT = WIDTH - LEFT
const FULL = RIGHT - LEFT

function request(): string {
  const d = new Drawing(
    'request',
    'The life of a request',
    'A request brings a Cookie header. The session is loaded when your code first uses it: opened with the key that it ' +
      'names, then both timeouts, the logout guard, your schema and validate. A cookie that is not accepted is no error: ' +
      'you get an empty session. Your handler uses req.session. When the headers leave, the commit keeps, writes or ' +
      'clears the cookie. If validate or your handler throws, or the session cannot be sealed, your error handler ' +
      'answers, and its answer is committed as well.',
  )
  const [left, right, half, errors] = [LEFT, 212, 150, 134]
  let y = d.box(left, 42, FULL, { title: 'The browser sends a request', lines: ['`Cookie: session=…`'] })
  d.arrow(90, y, 90, y + 24)
  y = d.box(left, y + 24, FULL, {
    title: 'Load: on the first use of `req.session`',
    lines: [
      '1. Open the cookie with the key that it names.',
      '2. Check both timeouts, then the logout guard.',
      '3. Check the data with your `schema`.',
      '4. Ask your `validate`.',
      '',
      'With `validate` or `migrateFrom`, the session is loaded before your handler runs.',
      '',
      'Not accepted? You get an empty session, and `req.session.rejected` says why. That is no error.',
    ],
    tone: 'blue',
  })
  d.arrow(90, y, 90, y + 40)
  d.arrow(280, y, 280, y + 40, { tone: 'red' })
  d.text(272, y + 24, '`validate` throws', { look: 's e' })
  y += 40
  const handler = { title: 'Your handler', lines: ['reads and changes `req.session`.'], height: 58 }
  d.box(left, y, half, handler)
  d.box(right, y, errors, { title: 'Error handler', lines: ['Yours, or that of Express.'], tone: 'red', height: 58 })
  d.arrow(left + half, y + 36, right, y + 36, { tone: 'red' })
  d.text((left + half + right) / 2, y + 29, 'throws', { look: 's c' })
  y += 58
  d.text(97, y + 27, 'answers', { look: 's' })
  d.text(225, y + 27, 'answers', { look: 's e' })
  d.arrow(90, y, 90, y + 46)
  d.arrow(232, y, 232, y + 46)
  d.arrow(262, y + 46, 262, y, { tone: 'red' })
  d.text(270, y + 20, 'cannot', { look: 's' })
  d.text(270, y + 35, 'be sealed', { look: 's' })
  y = d.box(left, y + 46, FULL, {
    title: 'Commit: when the headers leave',
    lines: ['Find what has changed, decide, seal.'],
    tone: 'blue',
  })
  const outcomes: readonly (readonly [string, string, string])[] = [
    ['Keep', 'It has not changed.', 'No cookie, or only its companion, if that is due.'],
    ['Write', 'It has data, and is new or changed.', '`Set-Cookie` with the sealed session.'],
    ['Clear', 'It was ended or emptied.', '`Set-Cookie` removes it, and sets the guard if it was ended.'],
  ]
  const width = (FULL - 2 * 9) / 3
  for (const [at, [title, when, what]] of outcomes.entries()) {
    const x = left + at * (width + 9)
    d.arrow(x + width / 2, y, x + width / 2, y + 24)
    d.box(x, y + 24, width, { title, lines: [when], height: 74 })
    d.box(x, y + 98, width, { lines: [what], tone: 'green', height: 90 })
    d.arrow(x + width / 2, y + 188, x + width / 2, y + 212)
  }
  y = d.box(left, y + 212, FULL, { title: 'The response leaves for the browser' })
  y = d.text(left, y + 22, 'If nothing uses the session in a request, nothing is loaded, and no cookie is set.', {
    look: 's',
    within: FULL,
  })
  return d.svg(y)
}

type Cell = readonly [words: string, tone: Tone]
const before: Cell = ['seals old opens old', 'blue']
const ready: Cell = ['seals old opens both', 'blue']
const moved: Cell = ['seals new opens both', 'green']
const after: Cell = ['seals new opens new', 'green']
const late: Cell = ['seals old rejects new', 'red']
const old: Cell = ['active', 'blue']
/** What the old key and the new one are from each moment on, and what three instances do. */
export const ROTATION: readonly (readonly [moment: string, ...cells: (Cell | undefined)[]])[] = [
  ['Before', old, undefined, before, before, before],
  ['You deploy both keys: A loads them first', old, ['pending', 'plain'], ready, before, before],
  ['B loads them, still in time', old, ['pending', 'plain'], ready, ready, before],
  ['`nbf` of the new key: the clock switches', ['retired', 'plain'], ['active', 'green'], moved, moved, late],
  ['C loads them, too late', ['retired', 'plain'], ['active', 'green'], moved, moved, moved],
  ['`exp` of the old key', ['expired', 'red'], ['active', 'green'], after, after, after],
]

function rotation(): string {
  const d = new Drawing(
    'rotation',
    'A key rotation',
    'Six moments in the lives of two keys and three instances. First all instances have the old key only. Instances A ' +
      'and B load the new key before its nbf: it is pending, and opens. At its nbf it becomes active and seals, and the ' +
      'old key is retired and only opens. Instance C has not loaded the new key: it still seals with the old one, and ' +
      'rejects sessions of the new one until it loads it. At its exp, the old key is expired and opens nothing. An ' +
      'instance that loads a key as revoked opens nothing with it from then on.',
  )
  const [axis, start] = [10, 19]
  const widths = [53, 53, 72, 72, 72]
  const columns = widths.map(
    (_, at) => start + widths.slice(0, at).reduce((sum, width) => sum + width + 2, 0) + (at > 1 ? 4 : 0),
  )
  const middle = (at: number) => (columns[at] ?? 0) + (widths[at] ?? 0) / 2
  for (const [at, name] of ['old', 'new', 'A', 'B', 'C'].entries()) d.text(middle(at), 66, name, { look: 's b c' })
  d.text(start + 52, 51, 'Keys', { look: 's m c' })
  d.text(middle(3), 51, 'Instances', { look: 's m c' })
  let y = 74
  const ticks: number[] = []
  for (const [label, ...cells] of ROTATION) {
    ticks.push(y + 11)
    d.text(start, y + 15, label, { look: 's b' })
    for (const [at, cell] of cells.entries()) {
      const [words, tone] = cell ?? []
      if (words === undefined || tone === undefined) continue
      const lines = words.split(/(?<=seals \w+) /)
      d.box(columns[at] ?? 0, y + 22, widths[at] ?? 0, { lines, tone, height: 38, centred: true })
    }
    y += 66
  }
  d.arrow(axis, 78, axis, y)
  for (const tick of ticks) d.dot(axis, tick, 'blue')
  y += 20
  for (const note of [
    'Pending and retired keys open, and do not seal.',
    'A and B have the key before it seals: nobody is signed out. A clock that is behind switches later, and opens both until then.',
    'C rejects sessions of the new key (`missing-key`) until it loads the key. The others open what C seals.',
    'After `nbf`, a session gets the new key when it next changes. Set `exp` later than `nbf` by the absolute timeout, or more if an instance is late: then no session of the old key is left.',
    'A key has leaked? An instance that loads it with `revoked: true` opens nothing with it from then on.',
  ])
    y = d.text(LEFT, y + 4, note, { look: 's', within: FULL })
  return d.svg(y + 2)
}

/** Uses of a session that is used daily, by days. */
export const DAILY = [0, 0.8, 1.7, 2.6, 3.4, 4.3, 5.2, 6.1, 6.7]
/** Uses of another one, by hours, and whether they are noted: in the session, in its companion or nowhere. */
export const USES: readonly (readonly [hour: number, noted: 'session' | 'companion' | 'nowhere'])[] = [
  [0, 'session'],
  [1.2, 'nowhere'],
  [5, 'companion'],
  [6.5, 'session'],
  [8, 'nowhere'],
  [11, 'companion'],
  [12.2, 'nowhere'],
]
/** When that session ends. */
export const END = 35

function timeouts(): string {
  const d = new Drawing(
    'timeouts',
    'Idle and absolute timeout',
    'With an idle timeout of 24 hours and an absolute timeout of 7 days. A session that is used every day gets 24 more ' +
      'hours with each use, and ends after 7 days all the same. A session that nobody uses ends 24 hours after its last ' +
      'use. A use is noted when a tenth of the idle timeout has passed since the last note: the companion cookie is set, ' +
      'and the cookie of the session stays. So a session may end up to a tenth early.',
  )
  const day = (days: number) => 22 + days * 42
  const [begin, end] = [day(0), day(7)]
  d.text(WIDTH / 2, 48, 'idle 24 h, absolute 7 d: the defaults', { look: 's m c' })

  let y = 76
  d.text(LEFT, y, 'Used daily: the absolute timeout ends it', { look: 'b' })
  for (const [at, use] of DAILY.entries()) {
    const row = y + 16 + at * 10
    d.dot(day(use), row, 'green')
    d.arrow(day(use) + 4, row, Math.min(day(use + 1), end), row, { tone: 'green', head: use + 1 < 7 })
  }
  const wall = y + 16 + DAILY.length * 10
  d.arrow(end, y + 10, end, wall, { tone: 'red', head: false })
  d.text(begin, wall - 10, 'Each use: 24 h more.', { look: 's' })
  d.text(end + 4, wall + 12, 'day 7: the end', { look: 's e' })
  d.text(begin - 4, wall + 12, 'day 0', { look: 's' })
  y = wall + 30
  y = d.text(LEFT, y, 'No use and no change moves that end. `regenerate()`, as at a log-in, begins a new session.', {
    look: 's',
    within: FULL,
  })

  y += 20
  d.text(LEFT, y, 'Left alone: the idle timeout ends it', { look: 'b' })
  const row = y + 20
  d.dot(begin, row, 'green')
  d.arrow(begin + 4, row, day(1), row, { tone: 'green' })
  d.dot(day(0.8), row + 14, 'green')
  d.arrow(day(0.8) + 4, row + 14, day(1.8), row + 14, { tone: 'green', head: false })
  d.arrow(day(1.8), row + 4, day(1.8), row + 24, { tone: 'red', head: false })
  d.text(day(1.8), row + 38, 'the end', { look: 's c' })
  d.dot(day(3.4), row + 14, 'red', false)
  d.text(day(3.4) + 10, row + 18, 'a visit after the end:', { look: 's' })
  d.text(day(3.4) + 10, row + 33, '`rejected` is `idle`', { look: 's' })
  y = row + 70

  d.text(LEFT, y, 'How exactly the last use is known', { look: 'b' })
  const hour = (hours: number) => 22 + hours * 9
  const tenth = 2.4
  const line = y + 26
  for (const [from, to] of [
    [0, tenth],
    [5, 6.5 + tenth],
    [11, 11 + tenth],
  ] as const)
    d.box(hour(from), line - 12, hour(to) - hour(from), { tone: 'amber', height: 24 })
  d.arrow(hour(0), line, hour(END), line, { head: false })
  d.arrow(hour(END), line - 12, hour(END), line + 12, { tone: 'red', head: false })
  const tones = { session: 'blue', companion: 'green', nowhere: 'plain' } as const
  for (const [at, noted] of USES) d.dot(hour(at), line, tones[noted], noted !== 'nowhere')
  for (const at of [0, 5, 11]) d.text(hour(at), line + 28, `${at} h`, { look: 's c' })
  d.text(hour(END) + 6, line + 28, `${END} h: the end`, { look: 's e' })
  y = line + 54
  for (const [tone, noted, words] of [
    ['blue', true, 'A change. The session is written, and the use noted in it.'],
    ['green', true, 'A read. The use is noted in the companion, a small cookie. The session is not written.'],
    ['amber', true, 'A tenth of the idle timeout after each note, here 2.4 h.'],
    ['plain', false, 'A read in that time sets no cookie, and is not noted. So a session may end up to 2.4 h early.'],
  ] as const) {
    if (tone === 'amber') d.box(LEFT, y - 12, hour(tenth) - hour(0), { tone, height: 16 })
    else d.dot(LEFT + 11, y - 4, tone, noted)
    y = d.text(LEFT + 32, y, words, { look: 's', within: FULL - 32 }) + 5
  }
  return d.svg(y + 2)
}

/** What a cookie does from the time before up to this one, in units. Without words: too short for them. */
type Span = readonly [until: number, tone: Tone, words?: string]

interface Case {
  readonly title: string
  readonly browser: readonly Span[]
  readonly copy: readonly Span[]
  readonly note: string
}

/** Where they are: the log-in, the theft, the log-out, what `validateEvery` allows after it, and the absolute end. */
export const MOMENTS = [72, 112, 196, 224, RIGHT] as const
const [, , out, checked, end] = MOMENTS
const stays: readonly Span[] = [[end, 'green', 'works']]
const leaves: readonly Span[] = [
  [out, 'green', 'works'],
  [end, 'plain', 'signed out'],
]
/** Add a case, and it is drawn below the others. */
export const CASES: readonly Case[] = [
  {
    title: 'Defaults, and no log-out',
    browser: stays,
    copy: [[end, 'red', 'works']],
    note: 'The copy is as good as the cookie.',
  },
  {
    title: 'Defaults, and a log-out',
    browser: leaves,
    copy: [[end, 'red', 'still works']],
    note: 'The logout guard is a cookie in the browser of the user. The thief does not send it.',
  },
  {
    title: 'With `validate`, and a log-out',
    browser: leaves,
    copy: [
      [out, 'red', 'works'],
      [checked, 'amber'],
      [end, 'plain', 'refused'],
    ],
    note:
      'Your app keeps on the server that the user has logged out, and `validate` returns false. The copy is refused ' +
      '(`invalidated`) with its next request, or within `validateEvery`, the amber part. `open(req)` does not ask `validate`.',
  },
]

function thief(): string {
  const d = new Drawing(
    'thief',
    'A thief copies the cookie',
    'Three cases. With the defaults and no log-out, the session in the browser and the copy both work until the ' +
      'absolute end. With the defaults and a log-out, the browser is signed out, and the copy works until the absolute ' +
      'end. With validate, which returns false after the log-out, the copy is refused with its next request, or within ' +
      'validateEvery. In every case, a copy that is not used ends by the idle timeout, and nobody can read or change ' +
      'what is in it.',
  )
  const [start, copied, out, , end] = MOMENTS
  for (const [x, words, side] of [
    [copied, 'copied', 'c'],
    [out, 'log-out', 'c'],
    [end, 'absolute end', 'e'],
  ] as const)
    d.text(x, 56, words, { look: `s m ${side}` })
  d.arrow(start, 66, end, 66)
  for (const x of [copied, out]) d.dot(x, 66, 'blue')

  let y = 76
  for (const { title, browser, copy, note } of CASES) {
    y = d.text(LEFT, y + 18, title, { look: 'b' })
    for (const [label, from, spans] of [
      ['browser', start, browser],
      ['copy', copied, copy],
    ] as const) {
      d.text(LEFT, y + 5, label, { look: 's' })
      let x: number = from
      for (const [until, tone, words] of spans) {
        d.box(x, y - 10, until - x, { tone, height: 22, centred: true, lines: words === undefined ? [] : [words] })
        x = until
      }
      y += 26
    }
    y = d.text(LEFT, y + 6, note, { look: 's', within: FULL }) + 2
  }
  y = d.box(LEFT, y + 2, FULL, {
    title: 'In every case',
    lines: [
      'A copy that the thief does not use ends by the idle timeout. What the user does in the browser does not keep it alive.',
      '',
      'No use extends the copy beyond the absolute end.',
      '',
      'The thief cannot read what is in the cookie, and cannot change it except through your app.',
    ],
  })
  return d.svg(y + LEFT)
}

/** The pictures of the guide, by file. */
export const PICTURES: ReadonlyMap<string, string> = new Map([
  ['request.svg', request()],
  ['rotation.svg', rotation()],
  ['timeouts.svg', timeouts()],
  ['thief.svg', thief()],
])

if (process.argv[1] === import.meta.filename)
  for (const [file, svg] of PICTURES) writeFileSync(new URL(file, import.meta.url), svg)
