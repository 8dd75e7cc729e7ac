/** The cookie that tells browsers apart. It is no part of the session, and no page shows it. */
export const TICKET = 'playground.visitor'

/** Whether a `Set-Cookie` line sets it, with or without a prefix. */
export function isTicketLine(line: string): boolean {
  return line.startsWith(`${TICKET}=`) || line.startsWith(`__Host-Http-${TICKET}=`)
}
