const SEAL =
  "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='15' fill='#a63a2b'/>" +
  "<path d='M11 15v-3a5 5 0 0 1 10 0v3h1v8H10v-8zm2 0h6v-3a3 3 0 0 0-6 0z' fill='#fff'/></svg>"

/** The seal, as an address that needs no request. */
export const ICON: string = `data:image/svg+xml,${encodeURIComponent(SEAL)}`
