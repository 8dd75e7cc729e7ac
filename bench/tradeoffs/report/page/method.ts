import { type Html, html } from '../../../playground/page/html.js'
import { BACKENDS } from '../../backend.js'
import { DESCRIPTIONS, labelOf } from '../backends.js'
import type { Results } from '../results.js'
import { capital, spoken } from '../words.js'
import { plainTable } from './table.js'

const HOW = [
  'One Express app, and the same journeys for every backend: sign in, ask for a page that does not use the session, one that reads it, one that changes it. Each backend is set up as its documentation says, with sessions of the same data and lifetime.',
  'App and load are processes of their own, and so is each store, on loopback. Backends take turns, round after round, so that whatever else the machine does hits all of them. A figure is the median of its samples.',
  'CPU is that of all threads of the app, and of all processes of the store, divided by the requests that were served. Bytes are counted by a relay between client and app, headers included, TCP and TLS left out. Memory is what app and store have grown by, as the system sees it. The experiments are tried with real processes and servers: stopped, killed, slowed down and copied.',
  'App, load and store share the machine, as they do not in production: a store that does work takes it from the app. So compare the figures with each other, and read the CPU figures for what each needs.',
]

export function method({ machine, versions, method, date, commit }: Results): Html {
  return html`<section aria-labelledby="method">
<h2 id="method">How it was measured</h2>
${HOW.map((one) => html`<p>${one}</p>`)}
<p>To do the same: <code>npm run bench:tradeoffs</code> in a clone of the repository, after <code>npm install</code>.
It starts the servers that it finds, says what to install for the others, and ends in this report.</p>
<div class="facts">
${factTable('This recording', { recorded: `${date.slice(0, 16).replace('T', ' ')} UTC`, commit, ...machine })}
${factTable('Settings', method)}
${factTable('Versions', versions)}
</div>
${plainTable(
  'Who took part',
  ['Name', 'What it is'],
  BACKENDS.map((name) => [labelOf(name), DESCRIPTIONS[name].about]),
)}
</section>`
}

function factTable(caption: string, facts: Readonly<Record<string, string | number>>): Html {
  const asIs = caption === 'Versions'
  const rows = Object.entries(facts).map(([name, value]) => [asIs ? name : capital(spoken(name)), String(value)])
  return plainTable(caption, ['What', 'Value'], rows)
}
