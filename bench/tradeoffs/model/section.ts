import { type Html, html } from '../../playground/page/html.js'
import { type Print, whole } from '../../report/numbers.js'
import { BACKENDS } from '../backend.js'
import { APP_STORE, figureOf, NOT_MEASURED, UP_DOWN } from '../report/charts.js'
import { beside, EXACT, STEADY } from '../report/claims.js'
import { figure, plainTable } from '../report/html.js'
import { labelOf, missing, present, type Results, total } from '../report/results.js'
import { listed, type Margin } from '../report/words.js'
import { type Measured, measuredIn, type Resources, requestOf, USUAL, VERSIONS } from './resources.js'
import { digits, gigabytes, tablesFor } from './tables.js'

/** What sessions take of servers and lines, however many there are. */
export function scale(results: Results): Html {
  const all = measuredIn(results)
  const { bytes, read, write, perConnection } = USUAL
  const percent = (share: number) => `${Math.round(share * 100)}`
  return html`<section aria-labelledby="scale">
<h2 id="scale">What it takes at scale</h2>
<p>This section says what a million requests take, what 100,000 sessions take, and what rates up to a million requests per second take. Of 100 requests, ${percent(read)} read the session, ${percent(write)} change it, and ${percent(1 - read - write)} do not use it. A session is ${whole(bytes)} bytes of JSON. CPU, bytes and memory are those that were measured, with everything that Express and a browser’s headers are for a request, which is the same for all.</p>
<p>A session in the cookie takes no memory of your servers and no operation of a store. It takes bytes with every request, above all over HTTP/1.1, which does not compress headers. A session in a store takes two operations with every request: express-session reads it, and then writes it or says that it was used.</p>
<p>A second of CPU for a million requests is also a core that is busy at a million requests per second.</p>
${absent(results, all)}
${charts(all)}
${tablesFor(all, USUAL).map(({ caption, head, rows }) => plainTable(caption, head, rows, 'figures-table'))}
<p>MemoryStore keeps the sessions of one process, and no other process knows them. One process uses about one core, so there is no MemoryStore beyond that.</p>
<p>These figures are rough in four ways. Memory is on a straight line from what was measured, and databases keep on disk what does not fit. Over HTTP/2, one request in ${perConnection} is taken for the first of its connection, which is not compressed. A cookie that is too large for the browser’s table of headers is sent whole. CPU is that of loopback connections without TLS.</p>
<p>They do not say what it takes to run a store, to be woken when it is down, or to wait for it. Disks, and what the servers of a store copy to each other, are left out, too. How many servers you need depends on your peaks, and on how busy you let a core be.</p>
<p>For your own load: <code>npm run bench:model -- --sessions 50000 --requests 500 --bytes 800</code>. With your own prices, it also says what that costs, and up to which rate the cookie costs less: add <code>--core-hour</code>, <code>--gb-month</code>, <code>--gb-transfer</code> and <code>--store-month</code>, each with a price.</p>
<p class="trace">Computed by <code>bench/tradeoffs/model</code> from the samples in <code>${results.source}</code>.</p>
</section>`
}

/** Of whom there are no figures. */
function absent(results: Results, all: readonly Measured[]): Html {
  const without = present(results).filter((name) => all.every((one) => one.name !== name))
  const never = missing(results).map(({ contender }) => contender)
  const was = (names: readonly unknown[]) => (names.length === 1 ? 'was' : 'were')
  const lines = [
    never.length > 0 &&
      `${listed(never.map(labelOf))} ${was(never)} not measured in this recording. The tables say so, and no figure is guessed.`,
    without.length > 0 &&
      `Not all that ${listed(without.map(labelOf))} took could be measured, so there are no figures here.`,
  ]
  return html`${lines.flatMap((line) => (line ? [html`<p>${line}</p>`] : []))}`
}

type View = readonly [title: string, about: string, parts: (of: Resources) => number[]]

function charts(all: readonly Measured[]): Html {
  const one = new Map(all.map((of) => [of.name, requestOf(of, USUAL)]))
  const drawn = (
    id: string,
    title: string,
    key: readonly string[],
    print: Print,
    margin: Margin,
    views: readonly View[],
  ) => {
    const panels = views.map(([title, , partsOf]) => {
      const rows = BACKENDS.map((name) => {
        const parts = [one.get(name)].flatMap((of) => (of === undefined ? [] : partsOf(of)))
        return { name, parts, text: parts.length === 0 ? NOT_MEASURED : print(total(parts)) }
      })
      return { title, rows }
    })
    const sentences = views.flatMap(([, about, partsOf]) =>
      beside(about, new Map([...one].map(([name, of]) => [name, total(partsOf(of))])), print, margin),
    )
    return figure(figureOf({ id, title, about: 'Less is better.', parts: key }, panels), sentences)
  }
  const seconds: View = ['Seconds', 'CPU for a million requests', ({ appCpu, storeCpu }) => [appCpu, storeCpu]]
  const wires = VERSIONS.map((http): View => {
    const about = `Traffic over ${http} for a million requests`
    return [http, about, ({ up, down }) => [up[http], down[http]]]
  })
  const million = (value: number) => gigabytes(value * 1e6)
  return html`<div class="figures">
${drawn('scale-cpu', 'CPU for a million requests', APP_STORE, (value) => `${digits(value)} s`, STEADY, [seconds])}
${drawn('scale-wire', 'Bytes on the wire for a million requests', UP_DOWN, million, EXACT, wires)}
</div>`
}
