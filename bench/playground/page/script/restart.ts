import { getPage } from './fetching.js'

const PATIENCE = 20_000
/** Longer than most starts take: browsers log every address that does not answer. */
const FIRST_PAUSE = 1200
const PAUSE = 300

/** Asks until another process answers than the one that this page is of. */
export async function afterRestart(): Promise<Document> {
  const before = processOf(document)
  const start = Date.now()
  for (let pause = FIRST_PAUSE; Date.now() - start < PATIENCE; pause = PAUSE) {
    await new Promise((resolve) => setTimeout(resolve, pause))
    const answer = await getPage().catch(() => undefined)
    const process = answer && processOf(answer)
    if (answer && process && process !== before) return answer
  }
  throw new Error('The server did not come back.')
}

function processOf(page: Document): string | null | undefined {
  return page.getElementById('page')?.getAttribute('data-process')
}
