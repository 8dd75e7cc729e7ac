import { getPage, postOnly } from './fetching.js'

/** What takes more than one request at a time. */
export const TOGETHER: Readonly<Record<string, () => Promise<Document>>> = {
  async race() {
    await Promise.all([postOnly('/race/a'), postOnly('/race/b')])
    return getPage()
  },
  async late() {
    const late = postOnly('/slow')
    // It is to be on its way when the log-out comes: the server holds it until then.
    await new Promise((resolve) => setTimeout(resolve, 200))
    await postOnly('/log-out')
    await late
    return getPage()
  },
}
