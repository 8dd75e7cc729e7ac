import { short, whole } from '../../report/numbers.js'

/** `$12.3`, `$4,560`, `$1.23 million` a month. */
export function dollars(value: number): string {
  if (value >= 999_500) return `$${short(value / 1e6)} million`
  return value >= 99.95 ? `$${whole(Number(value.toPrecision(3)))}` : `$${short(value)}`
}

/** `12.3 Mbit/s`, of bytes per second. */
export function bandwidth(bytes: number): string {
  const bits = bytes * 8
  return bits >= 1e9 ? `${short(bits / 1e9)} Gbit/s` : `${short(bits / 1e6)} Mbit/s`
}

export function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${short(bytes / 1e9)} GB` : `${short(bytes / 1e6)} MB`
}

/** `12.3 a second`, `0.5 a second` */
export function rate(requests: number): string {
  return requests >= 1000 ? whole(Number(requests.toPrecision(3))) : short(requests)
}
