/**
 * The values of a cookie in a Cookie header, as RFC 6265, section 4.2.1, has it and as simply as it can be said: what
 * stands between semicolons, without the white space around it, up to the first equals sign is the name.
 */
export function valuesIn(header: string, name: string): string[] {
  return header
    .split(';')
    .map((pair) => pair.replace(/^[ \t]+|[ \t]+$/g, '').split('='))
    .flatMap(([key, ...rest]) => (key === name && rest.length > 0 ? [rest.join('=')] : []))
}

/** `name=value` of a `Set-Cookie` line. */
export function pairOf(line: string): string {
  return line.split(';')[0] as string
}
