/**
 * The largest number that is accepted, by bisection.
 *
 * @param from a number that is accepted
 * @param to a number that is not
 */
export async function largest(accepts: (n: number) => Promise<boolean>, from: number, to: number): Promise<number> {
  if (!(await accepts(from))) throw new Error(`${from} is not accepted`)
  if (await accepts(to)) throw new Error(`${to} is accepted`)
  let [accepted, refused] = [from, to]
  while (refused - accepted > 1) {
    const middle = Math.floor((accepted + refused) / 2)
    if (await accepts(middle)) accepted = middle
    else refused = middle
  }
  return accepted
}
