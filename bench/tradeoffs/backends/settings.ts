/** What all backends have in common: a secret, and a session that lives for a day in a cookie that is the same. */
export const SECRET = '2ukg162M7n962AungnHVNx2Oak1hxgqa'
export const DAY: number = 24 * 60 * 60 * 1000
/** Over plain HTTP, as a proxy in front would end TLS. */
export const COOKIE = { maxAge: DAY, httpOnly: true, sameSite: 'lax', secure: false } as const
