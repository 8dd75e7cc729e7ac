import { type Request, type Response, Router } from 'express'
import type { Playground } from '../playground.js'
import { PATIENCE, raceField } from '../race.js'
import type { Pending } from '../state.js'
import type { Side } from '../view.js'

/** Requests that overlap. */
export function togetherActions(playground: Playground): Router {
  const { together } = playground
  const router = Router()
  router.post('/race/:field', async (req, res) => {
    const field = raceField(req.params.field)
    await overlap(playground, req, res, { kind: 'race', field, wait: () => together.meet() })
  })
  router.post('/slow', async (req, res) => {
    await overlap(playground, req, res, { kind: 'late', field: 'late', wait: () => together.logOut.wait() })
  })
  return router
}

interface Overlap {
  readonly kind: Pending['kind']
  /** What it writes in the end. */
  readonly field: string
  /** Until it may go on. */
  wait(): Promise<void>
}

async function overlap(
  playground: Playground,
  req: Request,
  res: Response,
  { kind, field, wait }: Overlap,
): Promise<void> {
  const { other, pending, steps, answers, patience = PATIENCE } = playground
  const { session } = req
  // Before anything is waited for, so that none of them is missed.
  const turn = wait()
  let [ours, theirs]: [Side | undefined, Side | undefined] = [undefined, undefined]
  await pending.join(req, kind, field)
  try {
    theirs = await Promise.all([other.do(req.path, {}, patience), turn]).then(([side]) => side)
    Object.assign(session, { [field]: 'written' })
    await answers.back(req, res)
    ours = steps.sideOf(req, res, undefined)
  } finally {
    pending.leave(ours, theirs)
  }
}
