import express, { type RequestHandler } from 'express'
import { expect } from 'vitest'
import session, { type SessionOptions } from '../../lib/index.js'
import { Browser, setCookies } from './browser.js'
import { cookieOf, type Examples } from './examples.js'
import type { Block } from './pages.js'
import { SECRET } from './secrets.js'

type Any = any

/** What a handler does with a request; its value is the answer, unless it has answered itself. */
export type Step = (req: Any, res: Any) => unknown

/** What a browser got in answer to each step: the body or the error, `+name` of cookies set and `-name` of those removed. */
export interface SideBySide {
  readonly old: string[]
  readonly now: string[]
}

/** One browser visits an app with the old middleware, and another the same app with ours. */
export async function sideBySide(
  old: RequestHandler | RequestHandler[],
  steps: readonly Step[],
  options: SessionOptions = {},
  beside: RequestHandler[] = [],
): Promise<SideBySide> {
  return {
    old: await visit([old, beside].flat(), steps),
    now: await visit([session({ keys: SECRET, ...options }), ...beside], steps),
  }
}

/** What a browser gets that takes these steps in turn. */
export async function visit(middleware: readonly RequestHandler[], steps: readonly Step[]): Promise<string[]> {
  const app = express()
  for (const one of middleware) app.use(one)
  for (const [index, step] of steps.entries()) {
    app.get(`/${index}`, async (req, res) => {
      const answer = await step(req, res)
      if (!res.writableEnded) res.json(answer ?? null)
    })
  }
  app.use(((error, _req, res, _next) => {
    res.status(500).json(error.code ?? error.message)
  }) satisfies express.ErrorRequestHandler)
  const browser = new Browser(app)
  const seen: string[] = []
  for (const index of steps.keys()) {
    const response = await browser.get(`/${index}`)
    const changes = setCookies(response).map((line) => {
      const name = line.split('=', 1)[0] as string
      return browser.jar.has(name) ? `+${name}` : `-${name}`
    })
    seen.push([response.body === '' ? response.text : response.body, ...changes].map(textOf).join(' '))
  }
  return seen
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The answers to a user of the old app who visits an app of a page twice, and the cookies that the first removes. */
export interface MovedIn {
  readonly body: string
  readonly later: string
  readonly removed: readonly (string | undefined)[]
}

/** An app of a page that a user of the old one visits, twice. */
export async function moveIn(
  examples: Examples,
  heading: string,
  cookie: string,
  env: Record<string, string> = {},
): Promise<MovedIn> {
  const file = examples.fileOf(heading)
  let [body, later, setCookie]: [string, string, string[]] = ['', '', []]
  await examples.serve(
    file,
    async (origin) => {
      const moved = await fetch(origin, { headers: { cookie } })
      ;[body, setCookie] = [await moved.text(), moved.headers.getSetCookie()]
      later = await (await fetch(origin, { headers: { cookie: cookieOf(moved) } })).text()
    },
    env,
  )
  expect(setCookie[0]).toMatch(/^session=[^;]{100}/)
  return { body, later, removed: setCookie.slice(1).map((line) => /^([^=]+)=; Max-Age=0;/.exec(line)?.[1]) }
}

/** The change at the top of a page. */
export function changeOf(examples: Examples): Block {
  const [block] = examples.page.blocks
  if (block?.language !== 'diff') throw new Error(`${examples.page.path} does not begin with a change`)
  examples.ran(block)
  return block
}

/** One side of a change: what is only there, and what is the same on both. */
export function sideOf({ code }: Block, sign: '-' | '+'): string {
  const lines = code.split('\n').filter((line) => line.startsWith(sign) || line.startsWith(' '))
  return lines.map((line) => line.slice(1)).join('\n')
}

/** Runs one side, without its imports, on an app; `scope` has what the imports and the rest of the app bring. */
export function appOf(block: Block, sign: '-' | '+', scope: Record<string, unknown>): express.Express {
  const app = express()
  const body = sideOf(block, sign).replaceAll(/^import .*$/gm, '')
  const env = { OLD_KEY: 'the old key', AUTH_SECRET: 'the old secret', SESSION_KEYS: SECRET }
  const all: Record<string, unknown> = { app, process: { env }, ...scope }
  new Function(...Object.keys(all), body)(...Object.values(all))
  return app
}

/** How often a browser was here, by a handler that stays as it is: it asks twice. */
export async function countedBy(app: express.Express): Promise<unknown[]> {
  app.get('/', (req: Any, res) => {
    req.session.views = (req.session.views ?? 0) + 1
    res.json(req.session.views)
  })
  const browser = new Browser(app)
  return [(await browser.get('/')).body, (await browser.get('/')).body]
}
