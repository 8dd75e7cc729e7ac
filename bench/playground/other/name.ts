/** The cookie's name by default, which shows whose it is. */
export const OTHER_COOKIE = 'connect.sid'
