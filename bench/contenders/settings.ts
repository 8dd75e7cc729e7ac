import { existsSync } from 'node:fs'

/** The secret of every contender that takes one. */
export const SECRET = '2ukg162M7n962AungnHVNx2Oak1hxgqa'

/** The cookie's name, which some contenders derive a key from or seal in. */
export const NAME = 'session'

/** How long a session lasts, in seconds. */
export const LIFETIME = 86_400

/** Over plain HTTP, as a proxy in front would end TLS. */
export const COOKIE = { maxAge: LIFETIME * 1000, httpOnly: true, sameSite: 'lax', secure: false } as const

/** Our own as users get it. */
export const BUILT: string = new URL('../../../../dist/index.mjs', import.meta.url).href

export function checkBuilt(): void {
  if (!existsSync(new URL(BUILT))) throw new Error('dist/ is missing, and users get nothing else: npm run build')
}
