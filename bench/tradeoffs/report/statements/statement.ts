/** Something that the report says in words about who is better. */
export interface Statement {
  readonly id: string
  /** What a second recording must say, too: no figures. */
  readonly claim: string
  /** The same for people, with the figures of this recording. */
  readonly sentence: string
}
