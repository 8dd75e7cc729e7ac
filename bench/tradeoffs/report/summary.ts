import { blocks, list } from '../../report/markdown.js'
import { labelOf, labelsOf, OURS } from './backends.js'
import { type Answer, questionsOf } from './questions/index.js'
import { missing, present, type Results } from './results.js'
import { answerOf } from './statements/answer.js'
import { type Choice, choicesOf, onlyWith } from './statements/choices.js'
import { listed } from './words.js'

/** The table of the report has more. */
const QUESTIONS = [
  'app-restart',
  'store-down',
  'store-restart',
  'stolen-cookie',
  'log-out-everywhere',
  'session-of-10-kb',
  'parallel-writes',
  'requests.read',
  'cpu.read',
  'http1.write',
  'memory',
  'servers',
]
const REPORT = 'bench/tradeoffs/report.html'

/** What a newcomer decides from, as Markdown for the guide. */
export function pageSummary(results: Results): string {
  const names = present(results)
  const choices = choicesOf(results)
  const head = ['', ...names.map((name) => (name === OURS ? `**${labelOf(name)}**` : labelOf(name)))]
  const questions = questionsOf(results, names).filter(({ id }) => QUESTIONS.includes(id))
  const rows = questions.map(({ asked, answers }) => [asked, ...names.map((name) => cell(answers.get(name)))])
  return blocks(
    answerOf(results),
    reasons('**Choose the cookie when**', choices, 'cookie'),
    reasons('**Choose a store when**', choices, 'store'),
    list(head, rows),
    `Of the figures, those with ▲ are better than sealed-session's, with △ a bit better, ≈ about the same, ▽ a bit worse, ▼ worse. ${absent(results)}${provenance(results)}`,
  )
}

function reasons(title: string, choices: readonly Choice[], side: Choice['side']): string | undefined {
  const all = choices.filter((one) => one.side === side)
  if (all.length === 0) return undefined
  return `${title}\n\n${all.map(({ when, only }) => `- ${when}${only.length === 0 ? '' : ` (${onlyWith(side, only)})`}`).join('\n')}`
}

function cell(answer: Answer | undefined): string {
  if (answer === undefined) return '–'
  const { symbol, word, figure } = answer
  return figure === undefined ? `${symbol} ${word}` : `${figure} ${symbol}`.trim()
}

function absent(results: Results): string {
  const names = missing(results).map(({ contender }) => contender)
  return names.length === 0 ? '' : `Not measured here: ${listed(labelsOf(names))}. `
}

function provenance({ machine, date, source }: Results): string {
  return (
    'Sessions of 1 KB where nothing else is said; requests have the headers of a browser, and a session for each ' +
    `connection, so compare rates within this table only. ${machine['cpu']}, ${machine['cores']} cores, Node ${machine['node']}; ` +
    `${date.slice(0, 10)}; raw results in \`${source}\`. \`npm run bench:tradeoffs\` does the same on your machine, and ` +
    `the report in \`${REPORT}\` has the charts, fourteen experiments in plain words, what it costs at scale, and the method.`
  )
}
