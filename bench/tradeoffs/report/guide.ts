import { blocks, list } from '../../report/markdown.js'
import { answerOf, type Choice, choicesOf } from './claims.js'
import { type Answer, LEGEND, questionsOf } from './glance.js'
import { labelOf, missing, OURS, present, type Results } from './results.js'
import { listed } from './words.js'

const PLACE = /(?<=<!-- tradeoffs:begin -->)[\s\S]*(?=<!-- tradeoffs:end -->)/

/** The page of the guide with this comparison in it. */
export function withSummary(page: string, summary: string): string {
  if (!PLACE.test(page))
    throw new Error(
      `the page has no place for the summary: put <!-- tradeoffs:begin --> and <!-- tradeoffs:end --> there`,
    )
  return page.replace(PLACE, () => `\n${summary}\n`)
}

/** The table of the report has more. */
const LEFT_OUT = ['instance-killed', 'late-response', 'session-of-3-kb', 'http2.read']

/** What a newcomer decides from, as Markdown for the guide. */
export function pageSummary(results: Results): string {
  const names = present(results)
  const choices = choicesOf(results)
  const head = ['', ...names.map((name) => (name === OURS ? `**${labelOf(name)}**` : labelOf(name)))]
  const questions = questionsOf(results).filter(({ id }) => !LEFT_OUT.includes(id))
  const rows = questions.map(({ asked, answers }) => [asked, ...names.map((name) => cell(answers.get(name)))])
  return blocks(
    answerOf(results),
    reasons('**Choose the cookie when**', choices, 'cookie'),
    reasons('**Choose a store when**', choices, 'store'),
    list(head, rows),
    `A figure is compared with sealed-session's: ${LEGEND}. ${absent(results)}${provenance(results)}`,
  )
}

function reasons(title: string, choices: readonly Choice[], side: Choice['side']): string | undefined {
  const lines = choices
    .filter((one) => one.side === side)
    .map(({ when, only }) => `- ${when}${only === '' ? '' : ` (${only})`}`)
  return lines.length === 0 ? undefined : `${title}\n\n${lines.join('\n')}`
}

function cell(answer: Answer | undefined): string {
  if (answer === undefined) return '–'
  const { symbol, word, figure } = answer
  return figure === undefined ? `${symbol} ${word}` : `${figure} ${symbol}`.trim()
}

function absent(results: Results): string {
  const names = missing(results).map(({ contender }) => labelOf(contender))
  return names.length === 0 ? '' : `${listed(names)} ${names.length === 1 ? 'was' : 'were'} not measured. `
}

function provenance({ machine, date, source }: Results): string {
  return [
    'Sessions have 1 KB where nothing else is said.',
    'Requests have the headers of a browser, and there is a session for each connection, so compare rates within this table only.',
    `Recorded ${date.slice(0, 10)} on ${machine['cpu']}, ${machine['cores']} cores, with Node ${machine['node']}; the raw results are in \`${source}\`.`,
    '`npm run bench:tradeoffs` does the same on your machine.',
    'The report in `bench/tradeoffs/report.html` has the charts, fourteen experiments in plain words, what a million requests take, and the method.',
  ].join(' ')
}
