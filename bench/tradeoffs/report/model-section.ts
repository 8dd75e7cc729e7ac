/** What the cost model has to say, for the section "What it costs at scale". */
export interface ModelSection {
  readonly paragraphs: string[]
  readonly tables: { head: string[]; rows: string[][]; caption: string }[]
  readonly svgs: { title: string; svg: string; description: string }[]
  readonly assumptions: { name: string; value: string; source: string }[]
}
