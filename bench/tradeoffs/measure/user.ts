/** The body of every answer that is timed, so that two answers differ by what the backend adds. */
export const USER = 'ada'
