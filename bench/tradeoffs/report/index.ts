import type { ModelSection } from './model-section.js'
import { page } from './page/page.js'
import type { Results } from './results.js'

export type { Results } from './results.js'
export { pageSummary } from './summary.js'

/** The report as one HTML file, which needs no script and loads nothing. The same results always make the same file. */
export function reportPage(results: Results, model: ModelSection): string {
  return page(results, model).text
}
