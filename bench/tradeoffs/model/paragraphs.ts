import { whole } from '../../report/numbers.js'
import { BACKENDS } from '../backend.js'
import { labelOf, labelsOf } from '../report/backends.js'
import { breakEven, type Cheaper } from './break-even.js'
import type { Calibration } from './calibration.js'
import { costOf, type Hosting } from './cost.js'
import { dollars } from './money.js'
import { PRODUCT, SCENARIOS, USUAL } from './scenarios.js'
import { movesOf } from './sensitivity.js'
import { httpName, told, VERSIONS } from './tables.js'

const LARGE = SCENARIOS.at(-2) ?? PRODUCT

/** What the figures say, and what they do not. */
export function paragraphs(all: readonly Calibration[], ours: Calibration, store: Calibration | undefined): string[] {
  const verdicts =
    store === undefined ? [] : [whereCheaper(ours, store), ...whatMovesIt(ours, store), whatMakesIt(ours, store)]
  return [INTRODUCTION, ...verdicts, notCounted(all), ROUGH, LEFT_OUT]
}

const INTRODUCTION =
  `An app with sessions of ${whole(USUAL.bytes)} bytes, of whose requests ${USUAL.read * 100}% read the session and ` +
  `${USUAL.write * 100}% change it. CPU, bytes and memory are the measured medians, with everything that Express and a ` +
  'browser’s headers are for a request, which is the same for all. For yours: `npm run bench:model -- --sessions 50000 --requests 500 --bytes 800`.'

const LOAD = { sessions: PRODUCT.sessions, requests: PRODUCT.requests, ...USUAL }

function whereCheaper(ours: Calibration, store: Calibration): string {
  const each = (hosting: Hosting) =>
    VERSIONS.map(
      (http) => `${atRates(breakEven([ours, store], 'requests', { ...LOAD, http }, hosting))} over ${httpName(http)}`,
    ).join(', and ')
  const beside = labelOf(store.name)
  return (
    `${beside} is the cheapest store here. With ${whole(LOAD.sessions)} sessions, ${labelOf(ours.name)} is cheaper than ` +
    `${beside} on servers of its own ${each('own')}. If ${beside} runs for other things anyway, ${labelOf(ours.name)} is ` +
    `cheaper ${each('anyway')}.`
  )
}

/** Nobody should take the break-even for more than what it rests on. */
function whatMovesIt(ours: Calibration, store: Calibration): string[] {
  const moved = VERSIONS.flatMap((http) => {
    const [most] = movesOf(ours, store, { ...LOAD, http })
    if (most === undefined) return []
    const { name, halved, doubled } = most
    return [
      `over ${httpName(http)} on “${name}”: with half of it ${labelOf(ours.name)} is cheaper ${atRates(halved)}, with double ${atRates(doubled)}`,
    ]
  })
  if (moved.length === 0) return []
  return [
    `Of all assumptions, this depends most ${moved.join('; ')}. Where a price is not yours, the answer is not yours.`,
  ]
}

function atRates(ranges: readonly Cheaper[]): string {
  if (ranges.length === 0) return 'at no rate'
  const where = told(ranges, 'requests')
  return where === 'everywhere' ? 'at any rate' : where
}

function whatMakesIt(ours: Calibration, store: Calibration): string {
  const compared = VERSIONS.map((http) => {
    const load = { sessions: LARGE.sessions, requests: LARGE.requests, http, ...USUAL }
    const [one, other] = [costOf(ours, load), costOf(store, load)]
    const servers = one.app + one.store - other.app - other.store
    return `over ${httpName(http)} it takes ${more(one.traffic - other.traffic)} for traffic and ${more(servers)} for servers`
  })
  return `A cookie is paid in bytes, a store in servers. For ${LARGE.name}, beside ${labelOf(store.name)}, ${compared.join('; ')}, a month.`
}

function more(difference: number): string {
  return `${dollars(Math.abs(difference))} ${difference < 0 ? 'less' : 'more'}`
}

function notCounted(all: readonly Calibration[]): string {
  const missing = BACKENDS.filter((name) => name !== 'memory' && !all.some((one) => one.name === name))
  const others =
    missing.length === 0 ? '' : ` Not all that it takes was measured of ${labelsOf(missing).join(', ')}: left out, too.`
  return `MemoryStore is left out: it keeps the sessions of one process, so that it has no scale.${others}`
}

const ROUGH =
  'Rough are: sizes between and beyond the measured ones, which are on a straight line, whereas over HTTP/2 a cookie is ' +
  'sent whole as soon as it is too large for the table of headers, which depends on the browser; the memory of databases, ' +
  'which keep on disk what does not fit; and the CPU of loopback connections without TLS.'

const LEFT_OUT =
  'The model does not know what it costs to run a store, to be woken when it is down, or to wait for it; disks; what the servers of a store copy to each other; discounts; ' +
  'that a page’s other traffic makes the next gigabyte cheaper; or what slow uplinks cost your users. What only a store ' +
  'can do, such as ending a session from the server, has no price here.'
