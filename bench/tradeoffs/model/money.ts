import { short, whole } from '../../report/numbers.js'

/** `$12.3`, `$4,560`, `$1.23 million` */
export function dollars(value: number): string {
  if (value >= 999_500) return `$${short(value / 1e6)} million`
  return `$${rate(value)}`
}

/** `12.3 Mbit/s`, of bytes per second. */
export function bandwidth(bytes: number): string {
  const bits = bytes * 8
  return bits >= 1e9 ? `${short(bits / 1e9)} Gbit/s` : `${short(bits / 1e6)} Mbit/s`
}

export function gigabytes(bytes: number): string {
  return bytes >= 1e9 ? `${short(bytes / 1e9)} GB` : `${short(bytes / 1e6)} MB`
}

/** Three digits: `0.50`, `12.3`, `1,240` */
export function rate(value: number): string {
  return value >= 99.95 ? whole(Number(value.toPrecision(3))) : short(value)
}

/** Of what there are no parts of, in three digits: `12`, `1,240` */
export function amount(value: number): string {
  return whole(Number(Math.max(1, value).toPrecision(3)))
}
