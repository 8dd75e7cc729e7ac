import { STATUS_CODES } from 'node:http'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import { SessionError } from '../../lib/index.js'
import { Refusal } from './actions.js'
import { type Html, html } from './html.js'
import { layout } from './layout.js'
import { respond } from './respond.js'
import { size } from './size-card.js'

interface Problem {
  readonly status: number
  readonly title: string
  readonly body: Html
}

/** Shows what went wrong: what the visitor can put right in full, everything else in the terminal only. */
export const showProblem: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) return next(error)
  const problem = problemOf(error)
  if (problem.status >= 500) console.error(error)
  respond(res, problem.status, problemPage(problem))
}

export const notFound: RequestHandler = (_req, res) => {
  respond(res, 404, problemPage({ status: 404, title: 'No such page', body: html`<p>The playground is one page.</p>` }))
}

function problemOf(error: unknown): Problem {
  if (error instanceof SessionError && error.code === 'ERR_SESSION_OVERFLOW') return overflow(error)
  if (error instanceof SessionError && error.code === 'ERR_SESSION_RESERVED') return reserved(error)
  if (error instanceof Refusal) {
    return { status: error.status, title: 'Something is missing', body: html`<p>${error.message}</p>` }
  }
  const status = statusOf(error)
  const blame =
    status < 500 ? 'The request could not be read.' : 'It is not your doing. The terminal says what happened.'
  return { status, title: STATUS_CODES[status] ?? 'Error', body: html`<p>${blame}</p>` }
}

/** 413, since here it was the visitor who asked for more than fits. An app whose own data overflow answers 500. */
function overflow({ code, message, bytes = 0, limit = 0, largest = [] }: SessionError): Problem {
  return {
    status: 413,
    title: 'That does not fit in a cookie',
    body: html`<p>Nothing was sent: the browser keeps the cookie that it had, and the session is what it was before. A larger cookie the
browser would have dropped without a word.</p>
${size({ bytes, limit, remaining: limit - bytes, largest })}
${said(code, message)}`,
  }
}

function reserved({ code, message }: SessionError): Problem {
  return {
    status: 400,
    title: 'That key is taken',
    body: html`<p>Every session has a member of this name, which data would hide. The session is what it was before.</p>
${said(code, message)}`,
  }
}

function said(code: string, message: string): Html {
  return html`<p class="hint">What the error handler was given:</p>
<pre class="box">${code}: ${message}</pre>`
}

/** Express and its parsers give what a client did wrong a status of its own. */
function statusOf(error: unknown): number {
  const { status } = (error ?? {}) as { status?: unknown }
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}

function problemPage({ status, title, body }: Problem): Html {
  return layout(
    `${title} · sealed-session playground`,
    html`<section class="card problem">
<p class="status">${status}</p>
<h1>${title}</h1>
${body}
<p><a class="button" href="/">Back to the session</a></p>
</section>`,
  )
}
