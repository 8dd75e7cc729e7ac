/// <reference lib="dom" />
import { watchCost } from './script/cost.js'
import { getPage, post } from './script/fetching.js'
import { afterRestart } from './script/restart.js'
import { show, tellAll } from './script/showing.js'
import { TOGETHER } from './script/together.js'

// The page works without any of this, but for what takes two requests at once. With it, nothing on it jumps.
document.addEventListener('submit', (event) => {
  const { target, submitter } = event
  if (!(target instanceof HTMLFormElement) || target.method !== 'post') return
  event.preventDefault()
  void act(() => post(target.action, fieldsOf(target, submitter)))
})

document.addEventListener('click', (event) => {
  if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey || event.shiftKey) return
  const together = TOGETHER[event.target.closest<HTMLElement>('[data-do]')?.dataset['do'] ?? '']
  if (together) void act(together)
  if (event.target.closest('[data-dismiss]')) {
    event.preventDefault()
    void act(getPage)
  }
})

watchCost()

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

function fieldsOf(form: HTMLFormElement, submitter: HTMLElement | null): URLSearchParams {
  const fields = new URLSearchParams()
  for (const [name, value] of new FormData(form, submitter)) fields.append(name, String(value))
  return fields
}
