/** A way to keep a session in a cookie: the whole work from the data to the cookie's value, and back. */
export interface Sealer {
  readonly name: string
  /** What it is made of, for the versions beside the results. */
  readonly packages: readonly string[]
  seal(data: object): string | Promise<string>
  /** The data, or null (or an error) for what was not sealed here, was changed, or has expired. */
  open(token: string): object | null | Promise<object | null>
}
