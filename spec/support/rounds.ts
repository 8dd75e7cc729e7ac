/** How many times as many cases are drawn: `npm test` has the time for one, and CI for four. */
export const ROUNDS = Number(process.env['ROUNDS'] ?? 1)
