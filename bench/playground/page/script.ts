/// <reference lib="dom" />
import { merge } from './merge.js'

const PATIENCE = 20_000
/** Longer than most starts take: browsers log every address that does not answer. */
const FIRST_PAUSE = 1200
const PAUSE = 300
const CONTROLS = 'button:enabled, summary, input:enabled, [tabindex="0"]'

interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): string }
}

/** Only what this server answered becomes markup, and only in a document that runs nothing. */
const policy = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes?.createPolicy('playground', {
  createHTML: (text) => text,
})

// The page works without any of this, but for what takes two requests at once. With it, nothing on it jumps.
document.addEventListener('submit', (event) => {
  const { target: form, submitter } = event
  if (!(form instanceof HTMLFormElement) || form.method !== 'post') return
  event.preventDefault()
  const fields = [...new FormData(form, submitter)].map(([name, value]) => [name, String(value)])
  void act(() => load(form.action, { method: 'POST', body: new URLSearchParams(fields) }))
})

document.addEventListener('click', (event) => {
  if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return
  const together = TOGETHER[event.target.closest<HTMLElement>('[data-do]')?.dataset['do'] ?? '']
  if (together) void act(() => together().then(() => load('/')))
  if (event.target.closest('[data-dismiss]')) {
    event.preventDefault()
    void act(() => load('/'))
  }
})

/** What takes more than one request at a time. */
const TOGETHER: Readonly<Record<string, () => Promise<unknown>>> = {
  race: () => Promise.all([post('/race/a'), post('/race/b')]),
  async late() {
    const late = post('/slow')
    // It is to be on its way when the log-out comes: the server holds it until then.
    await pause(200)
    await post('/log-out')
    await late
  },
}

/** Sends a request whose answer nobody looks at. Its cookies count all the same. */
function post(path: string): Promise<Response> {
  return fetch(path, { method: 'POST', redirect: 'manual' })
}

async function load(path: string, how: RequestInit = {}): Promise<Document> {
  const answer = await (await fetch(path, how)).text()
  // The page has its style sheet, and lets no other in, such as that of a server which was restarted with a newer one.
  const text = answer.replace(/<style>.*?<\/style>/s, '')
  return new DOMParser().parseFromString(policy?.createHTML(text) ?? text, 'text/html')
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

let isBusy = false

/** One thing at a time: a second click means the same. */
async function act(request: () => Promise<Document>): Promise<void> {
  if (isBusy) return
  isBusy = true
  document.body.setAttribute('aria-busy', 'true')
  try {
    const answer = await request()
    if (answer.getElementById('restarting')) tellAll('The server restarts …')
    show(answer.getElementById('restarting') ? await afterRestart() : answer)
  } catch {
    tellAll('The server did not answer. Is it still running?')
  } finally {
    document.body.removeAttribute('aria-busy')
    isBusy = false
  }
}

/** Asks until another process answers than the one that this page is of. */
async function afterRestart(): Promise<Document> {
  const processOf = (page: Document | undefined) => page?.getElementById('page')?.dataset['process']
  const [before, start] = [processOf(document), Date.now()]
  for (let wait = FIRST_PAUSE; Date.now() - start < PATIENCE; wait = PAUSE) {
    await pause(wait)
    const answer = await load('/').catch(() => undefined)
    if (answer && processOf(answer) && processOf(answer) !== before) return answer
  }
  throw new Error('The server did not come back.')
}

/** What had the focus when a problem took it. */
let asked: Element | null = null

/** Shows an answer in place of the page, tells what came of it, and leaves the focus where it makes sense. */
function show(answer: Document): void {
  const before = document.activeElement
  const near = idsAround(before)
  const hadProblem = document.getElementById('problem') !== null
  // That is for those without script.
  for (const element of answer.querySelectorAll('[autofocus]')) element.removeAttribute('autofocus')
  document.title = answer.title
  for (const id of ['page', 'status']) {
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
function tell(news: string): void {
  const region = document.getElementById('news')
  if (!region) return
  region.textContent = ''
  setTimeout(() => {
    region.textContent = news.replaceAll(/\s+/g, ' ').trim()
  }, 100)
}

/** The same in sight, until the next answer. */
function tellAll(news: string): void {
  const last = document.getElementById('last')
  if (last) last.textContent = news
  tell(news)
}

function idsAround(element: Element | null): string[] {
  const one = element?.closest('[id]')
  return one ? [one.id, ...idsAround(one.parentElement)] : []
}

function mayKeepFocus(element: Element | null): boolean {
  if (element === null || element === document.body) return true
  return element.isConnected && !element.matches(':disabled')
}

/** What had the focus is gone: the next best thing is the first control near to where it was. */
function focusNear(ids: readonly string[]): void {
  const controls = ids.map((id) => document.getElementById(id)?.querySelector<HTMLElement>(CONTROLS))
  controls.find((control) => control)?.focus({ preventScroll: true })
}

/** Says beside the form what the value in it would cost, as it is typed. */
document.addEventListener('input', ({ target }) => {
  const form = target instanceof Element ? target.closest<HTMLFormElement>('form[data-remaining]') : null
  const output = form?.querySelector('[data-cost]')
  if (!form || !output) return
  const fields = new FormData(form)
  const [path = '', kind, value = ''] = ['path', 'kind', 'value'].map((name) => String(fields.get(name) ?? ''))
  const json = asJson(kind, value)
  const rest = Math.max(0, Number(form.dataset['remaining'])).toLocaleString('en')
  const cost = json === undefined ? undefined : costOf(path.split('.'), json).toLocaleString('en')
  output.textContent = cost === undefined ? '' : `About ${cost} bytes as a new key, of ${rest} left.`
})

/** A key with its quotation marks, colon and comma, in base64url. A nested one costs its brackets, too. */
function costOf(keys: readonly string[], json: string): number {
  const text = keys.map((key) => JSON.stringify(key)).join(':{') + '}'.repeat(keys.length - 1)
  return Math.ceil((new TextEncoder().encode(`${text}:${json},`).length * 4) / 3)
}

/** What JSON makes of it; undefined where it makes nothing or an error. */
function asJson(kind: string | undefined, value: string): string | undefined {
  if (kind === 'text') return JSON.stringify(value)
  if (kind === 'date') return JSON.stringify(new Date(0))
  if (kind === 'map') return '{}'
  if (kind === 'null') return 'null'
  return kind === 'number' || kind === 'boolean' || kind === 'json' ? value : undefined
}
