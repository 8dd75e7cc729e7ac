import type { BackendName } from '../../backend.js'

/** What somebody asks before they choose. */
export interface Question {
  /** Of the experiment or the topic. */
  readonly id: string
  readonly asked: string
  /** What to look for in the raw results. */
  readonly from: string
  readonly answers: ReadonlyMap<BackendName, Answer>
}

export interface Answer {
  readonly tone: 'good' | 'mixed' | 'bad' | 'plain'
  readonly symbol: string
  readonly word: string
  /** What was measured, if it was. */
  readonly figure?: string
}
