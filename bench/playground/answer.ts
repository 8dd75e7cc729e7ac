import type { Request, Response } from 'express'
import type { Steps } from './steps.js'
import type { Wire } from './wire.js'

/** How every request ends that is to be seen on the page. */
export class Answers {
  readonly #wire: Wire
  readonly #steps: Steps

  constructor(wire: Wire, steps: Steps) {
    this.#wire = wire
    this.#steps = steps
  }

  /** To the page: reloading it then does nothing twice. */
  async back(req: Request, res: Response): Promise<void> {
    await this.#steps.ready(req)
    res.status(303).set({ Location: '/', 'Content-Length': '0' })
    if (!sendHead(res)) return
    this.#note(req, res)
    res.end()
  }

  /** A page, or what else has a body. It is made when the head has left, and can so tell what the head brought. */
  async show(req: Request, res: Response, status: number, body: () => string, type = 'html'): Promise<void> {
    await this.#steps.ready(req)
    res.status(status).set('Cache-Control', 'no-store').type(type)
    if (!sendHead(res)) return
    this.#note(req, res)
    res.end(body())
  }

  #note(req: Request, res: Response): void {
    this.#wire.keep(req, res)
    this.#steps.settle(req, res)
  }
}

/** False if the session could not be sealed, so that the response is the error handler's now. */
function sendHead(res: Response): boolean {
  const status = res.statusCode
  res.flushHeaders()
  return res.headersSent && res.statusCode === status
}
