import { getPage } from './fetching.js'

const PATIENCE = 20_000
const PAUSE = 200

/** Asks until another process answers than the one that this page is of. */
export async function afterRestart(): Promise<Document> {
  const before = processOf(document)
  for (const start = Date.now(); Date.now() - start < PATIENCE; ) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
    const answer = await getPage().catch(() => undefined)
    const process = answer && processOf(answer)
    if (answer && process && process !== before) return answer
  }
  throw new Error('The server did not come back.')
}

function processOf(page: Document): string | null | undefined {
  return page.getElementById('page')?.getAttribute('data-process')
}
