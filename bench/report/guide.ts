import { listed, markdownTable } from '../measure/print.js'
import { labelOf, missing, OURS, present } from './backends.js'
import { answerOf, type Choice, choicesOf } from './claims.js'
import { blocks } from './costs.js'
import { type Answer, LEGEND, questionsOf } from './glance.js'
import { dayOf, type Results } from './recordings.js'

/** The table of the report has more. */
const LEFT_OUT = ['instance-killed', 'late-response', 'session-of-3-kb', 'http2.read']

/** What a newcomer decides from, as Markdown for the guide. */
export function guideSummary(results: Results): string {
  const names = present(results)
  const choices = choicesOf(results)
  const head = ['', ...names.map((name) => (name === OURS ? `**${labelOf(name)}**` : labelOf(name)))]
  const questions = questionsOf(results).filter(({ id }) => !LEFT_OUT.includes(id))
  const rows = questions.map(({ asked, answers }) => [asked, ...names.map((name) => cell(answers.get(name)))])
  return blocks(
    answerOf(results),
    reasons('**Choose the cookie when**', choices, 'cookie'),
    reasons('**Choose a store when**', choices, 'store'),
    markdownTable(head, rows, 'texts'),
    `A figure is compared with sealed-session's: ${LEGEND}. ${absent(results)}${provenance(results)}`,
  )
}

function reasons(title: string, choices: readonly Choice[], side: Choice['side']): string {
  const lines = choices
    .filter((one) => one.side === side)
    .map(({ when, only }) => `- ${when}${only === '' ? '' : ` (${only})`}`)
  return lines.length === 0 ? '' : `${title}\n\n${lines.join('\n')}`
}

function cell(answer: Answer | undefined): string {
  if (answer === undefined) return '–'
  const { symbol, word, figure, beside } = answer
  if (figure === undefined) return `${symbol} ${word}`
  return beside === undefined ? `${figure} ${symbol}`.trim() : `${symbol} ${beside} (${figure})`
}

function absent(results: Results): string {
  const names = missing(results).map(({ contender }) => labelOf(contender))
  return names.length === 0 ? '' : `${listed(names)} ${names.length === 1 ? 'was' : 'were'} not measured. `
}

function provenance(results: Results): string {
  const { machine, source, others = [] } = results
  const nodes = others.map((one) => `Node ${one.machine['node']}`)
  return [
    'Sessions have 1 KB where nothing else is said. Requests have the headers of a browser, and there is a session for each connection.',
    `Recorded ${dayOf(results)} on ${machine['cpu']}, ${machine['cores']} cores, with Node ${machine['node']}; the raw results are in \`${source}\`.`,
    ...(nodes.length === 0 ? [] : [`Ratios that are ranges are of ${listed(nodes)}, too.`]),
    '`npm run bench:tradeoffs` does the same on your machine.',
    'The report in `bench/tradeoffs/report.html` has the charts, fourteen experiments in plain words, what a million requests take, and the method.',
  ].join(' ')
}
