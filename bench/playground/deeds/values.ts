import { Refusal } from '../refusal.js'

/** Makes a value of each kind from what was typed. */
const MAKERS: Readonly<Record<string, (text: string) => unknown>> = {
  text: (text) => text,
  number: (text) => checked(Number(text), text.trim() !== '' && Number.isFinite(Number(text)), 'a number, such as 42'),
  boolean: (text) => checked(text === 'true', ['true', 'false', ''].includes(text), 'true or false'),
  null: () => null,
  json: (text) => checked(parsed(text)?.value, parsed(text) !== undefined, 'JSON, such as {"a": [1, 2]}'),
  date: (text) => (text === '' ? new Date() : dateFrom(text)),
  map: mapFrom,
  bigint: (text) => checked(bigintFrom(text), /^\s*-?\d*\s*$/.test(text), 'a whole number, without n'),
  undefined: () => undefined,
  function: () => function greet() {},
}

/** @throws {Refusal} for text that is no value of this kind */
export function madeOf(kind: string, text: string): unknown {
  const make = Object.hasOwn(MAKERS, kind) ? MAKERS[kind] : undefined
  if (make === undefined)
    throw new Refusal(`There is no kind "${kind.slice(0, 20)}": ${Object.keys(MAKERS).join(', ')}.`)
  return make(text)
}

function checked<Value>(value: Value, isRight: boolean, example: string): Value {
  if (isRight) return value
  throw new Refusal(`That is no value of this kind. Please give ${example}.`)
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function dateFrom(text: string): Date {
  const date = new Date(text)
  return checked(date, !Number.isNaN(date.getTime()), 'a date, such as 2027-01-31')
}

function bigintFrom(text: string): bigint | undefined {
  try {
    return text.trim() === '' ? 2n ** 64n : BigInt(text)
  } catch {
    return undefined
  }
}

/** From an object as JSON; any other text becomes the only value in it. */
function mapFrom(text: string): Map<string, unknown> {
  if (text === '') return new Map([['apples', 2]])
  const value = parsed(text)?.value
  const isObject = typeof value === 'object' && value !== null
  return new Map(isObject ? Object.entries(value) : [['value', value ?? text]])
}
