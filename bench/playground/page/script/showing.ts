import { merge } from './merge.js'

/** What of a page changes from answer to answer. */
const REGIONS = ['page', 'status']
const CONTROLS = 'button:enabled, summary, input:enabled, [tabindex="0"]'

/** What had the focus when a problem took it. */
let asked: Element | null = null

/** Shows an answer in place of the page, tells what came of it, and leaves the focus where it makes sense. */
export function show(answer: Document): void {
  const before = document.activeElement
  const near = idsAround(before)
  const hadProblem = document.getElementById('problem') !== null
  // That is for those without script.
  for (const element of answer.querySelectorAll('[autofocus]')) element.removeAttribute('autofocus')
  document.title = answer.title
  for (const id of REGIONS) {
    const [from, to] = [document.getElementById(id), answer.getElementById(id)]
    if (from && to) merge(from, to)
  }
  const problem = document.getElementById('problem')
  if (problem) {
    if (!problem.contains(before)) asked = before
    // It is an alert: the problem tells itself.
    tell('')
    problem.focus({ preventScroll: true })
    const { top, bottom } = problem.getBoundingClientRect()
    if (top < 0 || bottom > innerHeight) problem.scrollIntoView({ block: 'start' })
    return
  }
  tell(document.getElementById('last')?.textContent ?? '')
  if (mayKeepFocus(before)) return
  if (hadProblem && asked instanceof HTMLElement && mayKeepFocus(asked)) asked.focus()
  else focusNear(near)
}

/** Says it to those who listen to the page, also when it is the same as before. */
export function tell(news: string): void {
  const region = document.getElementById('news')
  if (!region) return
  region.textContent = ''
  setTimeout(() => {
    region.textContent = news.replaceAll(/\s+/g, ' ').trim()
  }, 100)
}

/** The same in sight, until the next answer. */
export function tellAll(news: string): void {
  const last = document.getElementById('last')
  if (last) last.textContent = news
  tell(news)
}

function idsAround(element: Element | null): string[] {
  const ids: string[] = []
  for (let one = element?.closest('[id]'); one; one = one.parentElement?.closest('[id]')) ids.push(one.id)
  return ids
}

function mayKeepFocus(element: Element | null): boolean {
  if (element === null || element === document.body) return true
  return element.isConnected && !element.matches(':disabled')
}

/** What had the focus is gone: the next best thing is the first control near to where it was. */
function focusNear(ids: readonly string[]): void {
  for (const id of ids) {
    const near = document.getElementById(id)?.querySelector<HTMLElement>(CONTROLS)
    if (!near) continue
    near.focus({ preventScroll: true })
    return
  }
}
