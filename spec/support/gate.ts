/** Lets a request wait until it is told to go on. */
export function gate() {
  let pass = () => {}
  let arrive = () => {}
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const opened = new Promise<void>((resolve) => {
    pass = resolve
  })
  return {
    /** Resolves when the request is waiting. */
    arrived,
    /** Lets it go on. */
    pass,
    wait: () => {
      arrive()
      return opened
    },
  }
}
