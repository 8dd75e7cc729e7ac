import type { Recording } from '../../bench/measure/recording.js'
import { median } from '../../bench/measure/samples.js'
import { quartersIn } from '../../bench/soak/report.js'
import { PROMISED } from '../mutation/report.js'
import { testsIn } from '../support/titles.js'
import type { Age } from './age.js'
import type { Origin, Recorded } from './recording.js'
import type { Fuzz, Mutation, Runs, Score } from './runs.js'

const FED: Readonly<Record<string, string>> = {
  header: 'the Cookie header, over HTTP, HTTPS and without Express, through the middleware to a handler that reads',
  token: 'the token, made out of tokens of ours and of others, in all four ways to seal',
  claims: 'the claims, sealed under the right key, with times to the second around every end of a session',
  guard: 'logout guards with any content, sealed under the right key and under others, beside a session that lives',
  data: 'the data of a session, with hostile keys, getters, cycles and depths',
  migrate:
    'the cookies of each package that can move in: whole, damaged, in chunks, expired, or garbage, with stores that fail',
  options:
    'the options of `session()`, sound and wrong, and a visitor who logs in, comes back and logs out where they are taken',
}

/** The page of what was found out in runs that are too long for `npm test`, as it was when it was made. */
export function page(runs: Runs, age: Age): string {
  return [
    '<!-- Made by `npm run assurance` from spec/assurance/recorded: change those, or what makes it. -->',
    '# What was run, and what it showed',
    'Runs that are too long for `npm test`. CI runs a short form of each; these figures are those of the recorded runs.',
    staleness(age),
    '## Hostile input',
    fuzzing(runs.fuzz),
    '## Changes to the code that specs notice',
    mutation(runs.mutation),
    '## Faults',
    faults(),
    '## Bad tokens and time',
    timing(runs.timing),
    '## A flood of cookies',
    flood(runs.flood),
    '## An hour of load',
    soak(runs.soak),
    '## Not measured yet',
    [
      `- Changes to what is in none of the folders above: ${notMutated(age).join(', ')}.`,
      '- Whether bad tokens can be told apart by time over a network. That their answers are the same is shown by `spec/oracle.spec.ts`.',
      '- Load from other machines: the browsers of the soak share the cores with the instances.',
    ].join('\n'),
    '',
  ].join('\n\n')
}

function fuzzing({ seed, cases, minutes, outcomes, ...run }: Fuzz): string {
  const rows = Object.entries(outcomes).map(([name, counts]) => {
    const sum = Object.values(counts).reduce((a, b) => a + b, 0)
    const told = Object.entries(counts).sort(([, a], [, b]) => b - a)
    return [FED[name] ?? name, number(sum), told.map(([what, count]) => `${what} ${number(count)}`).join(', ')]
  })
  return [
    `\`npm run fuzz -- --cases ${cases} --seed ${seed}\`: ${number(cases)} cases in ${minutes} minutes, none against the contract (${where(run)}). Every case must come to a value or an error with a code; what opens must be what was sealed; \`Object.prototype\` must stay as it is.`,
    table(['Fed', 'Cases', 'Came to'], rows),
  ].join('\n\n')
}

function mutation({ folders }: Mutation): string {
  const row = (name: string, { mutants, killed, timedOut, survived }: Score, when: string) => [
    name,
    number(mutants),
    number(killed),
    number(timedOut),
    number(survived),
    share(killed + timedOut, mutants),
    when,
  ]
  const total = Object.values<Score>(folders).reduce(sumOf)
  const { mutants, killed, timedOut, survived, listed } = total
  return [
    `\`npm run mutate\`: ${share(killed + timedOut, mutants)} of ${number(mutants)} small changes to the code of these folders make a spec fail (${PROMISED}% are promised for each folder). Of those that none notices, ${listed} are listed in \`spec/mutation/survivors.json\`, each with the reason why no spec can tell it from the code, and ${survived - listed} are not.`,
    table(
      ['', 'Changes', 'Noticed', 'Noticed by a timeout', 'Not noticed', 'Noticed, of all', 'Run'],
      [
        ...Object.entries(folders)
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([name, folder]) => row(`\`lib/${name}\``, folder, when(folder))),
        row('In all', total, ''),
      ],
    ),
  ].join('\n\n')
}

function notMutated({ notMutated: names }: Age): string[] {
  return [...names.map((name) => `\`lib/${name}\``), 'and the files beside them']
}

function staleness({ lib, stale }: Age): string {
  const told =
    '`npm run assurance -- --check` says what is older than a checkout, and no release is made before it is silent.'
  if (stale.length === 0) return `All of them were recorded on the lib that this page was made with (${lib}). ${told}`
  return `Recorded on an older lib than this page was made with (${lib}): ${stale.join(', ')}. ${told}`
}

function sumOf(one: Score, other: Score): Score {
  return {
    mutants: one.mutants + other.mutants,
    killed: one.killed + other.killed,
    timedOut: one.timedOut + other.timedOut,
    survived: one.survived + other.survived,
    listed: one.listed + other.listed,
  }
}

function share(part: number, all: number): string {
  return `${((100 * part) / all).toFixed(1)}%`
}

/** What is done to a session from outside, and the specs that say what comes of it. */
const FAULTS: readonly (readonly [file: string, about: string, title: RegExp])[] = [
  ['spec/faults.spec.ts', '', /^/],
  [
    'spec/keys/load.spec.ts',
    'The source of the keys: a ring that is loaded',
    /^stays as it|^gives up|^does not call a loader again while/,
  ],
  ['spec/keys/load.spec.ts', 'The source of the keys: a file', /^stay in use/],
  ['spec/validate.spec.ts', 'The `validate` hook', /^is closed when/],
  ['spec/http/connections.spec.ts', 'A client that goes away', /^before/],
  ['spec/events.spec.ts', 'A listener that throws', /^does no harm|^asynchronously/],
  ['spec/package/memory.spec.ts', '', /^does not/],
]

function faults(): string {
  const rows = FAULTS.flatMap(([file, about, wanted]) =>
    testsIn(new URL(`../../${file}`, import.meta.url))
      .filter(({ title }) => wanted.test(title))
      .map(({ describe, title }) => [
        about || describe,
        title.replaceAll('%s', '...').replaceAll('%j', '...'),
        `\`${file}\``,
      ]),
  )
  return [
    `${rows.length} faults, in specs that \`npm test\` and \`npm run test:long\` run. In each the package fails closed, but ends of sessions are as right as the clock. An error of its own has a code; what the random source or \`validate\` throws reaches the app as it was thrown, and what a listener on the diagnostics channel throws is Node's to report, as on every channel.`,
    table(['What fails', 'What comes of it', 'Shown by'], rows),
  ].join('\n\n')
}

const TELLS: Readonly<Record<string, string>> = {
  secret: 'of the key or the session',
  public: 'what the token says in clear',
  control: '',
}

function timing({ measurements, method, ...run }: Recording): string {
  const rows = measurements.map(({ contender, kind, samples, halfWidth, t, apart }) => [
    contender,
    TELLS[String(kind)] ?? '',
    String(t),
    `${samples[0]?.toFixed(1)} \u00b1 ${halfWidth}`,
    apart ? 'yes' : 'no',
  ])
  const count = number(Number(method['batches']) * Number(method['samples']))
  return [
    `\`npm run bench:timing\`: ${count} tokens of two kinds in random order, opened in one process (${where(run)}). Told apart means: Welch's t above 4.5, and a difference surely above ${method['resolved']} ns, which is about what can be resolved over a LAN. The last two rows test the test.`,
    table(['Two kinds of bad tokens', 'What it would tell', 't', 'Difference in ns (99%)', 'Told apart'], rows),
  ].join('\n\n')
}

function flood({ measurements, ...run }: Recording): string {
  const [bound, ...floods] = measurements
  const rows = floods.map(({ contender, samples }) => [contender, median(samples).toFixed(1)])
  return [
    `\`npm run bench:flood\`: microseconds of CPU a request, more than an app without sessions takes for the same header (median of ${floods[0]?.samples.length} rounds, without sockets; ${where(run)}). The bound is four times what the largest session costs that has ended, with its logout guard and its removal: ${bound?.samples[0]?.toFixed(1)}.`,
    table(['Cookie header', 'More than the bare app, in us'], rows),
  ].join('\n\n')
}

function soak({ measurements, method, ...run }: Recording): string {
  const count = (...prefixes: string[]) =>
    measurements
      .filter(({ contender, metric }) => metric === 'count' && prefixes.some((prefix) => contender.startsWith(prefix)))
      .reduce((sum, one) => sum + (one.samples[0] ?? 0), 0)
  const answered = count('answered, ', 'hostile, ')
  const growth = (figure: 'heap' | 'handles' | 'sockets') =>
    quartersIn(measurements, figure)
      .map((value) => value.toFixed(figure === 'heap' ? 2 : 0))
      .join(' and ')
  const rows = [
    ['Requests that were answered', number(answered)],
    ['a second', number(Math.round(answered / (Number(method['minutes']) * 60)))],
    ['of them hostile', `${((100 * count('hostile, ')) / answered).toFixed(1)}%`],
    ['Answers that were torn in the middle', number(count('torn'))],
    ['Requests without an answer', number(count('not answered'))],
    ['Requests of one browser at once', number(3 * count('several tabs at once'))],
    ['Sessions that did not fit, and stayed as they were', number(count('did not fit'))],
    ['Keys that took over', number(count('keys rotated'))],
    [
      'Instances that were ended, and killed',
      `${number(count('instances ended'))}, ${number(count('instances killed'))}`,
    ],
    ['**Answers that did not hold the very session of the cookie**', `**${number(count('not as it must be'))}**`],
    ['Warnings and unhandled rejections of the instances', number(count('complaints'))],
    ['Heap of the instance that was never restarted, first and last quarter', `${growth('heap')} MiB`],
    ['Its handles without sockets, and its sockets', `${growth('handles')}, ${growth('sockets')}`],
  ]
  return [
    `\`npm run soak\`: ${method['minutes']} minutes, ${method['instances']} instances behind a balancer, ${method['busy']} browsers that ask without a pause and ${method['quiet']} that come by now and then (${where(run)}). Each browser knows what its cookie must hold and compares every answer; a request that got lost has not happened. Counts are rounded to five digits. A new key seals every ${method['rotation']} seconds, ${method['lead']} seconds after it was published.`,
    table(['', ''], rows),
  ].join('\n\n')
}

function where({ machine, ...origin }: Origin & { readonly machine: Recorded['machine'] }): string {
  return `${when(origin)}, Node ${machine['node']}, ${machine['cores']} cores`
}

function when({ date, commit }: Origin): string {
  return `${date.slice(0, 10)}, commit ${commit}`
}

function number(value: number): string {
  return value.toLocaleString('en')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
