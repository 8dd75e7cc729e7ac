import type { Experiment } from '../outcome.js'
import type { Scene } from './scene.js'

/** What one experiment found out about one backend. */
export type Finding = Pick<Experiment, 'verdict' | 'happened' | 'facts'>

/**
 * Tries something in a scene. Throws only where it could not be tried at all.
 *
 * Each trial has a pure function from what was observed to what is said of it, so that another observation is told in
 * another sentence. No sentence has a figure that a second run would change.
 */
export type Trial = (scene: Scene) => Promise<Finding>

export const noStore: Finding = { verdict: 'none', happened: 'There is no store.', facts: {} }

export const notOurs: Finding = {
  verdict: 'none',
  happened: 'Not tried: the server is not ours to stop.',
  facts: {},
}

export const notProxied: Finding = {
  verdict: 'none',
  happened: 'Not tried: the address of the server cannot be led through a proxy of ours.',
  facts: {},
}
