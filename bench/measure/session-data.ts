/**
 * Session data of exactly so many bytes of JSON: `flat` holds texts and numbers, as many small apps do; `nested` is what
 * Passport, a CSRF library and a shop leave in it.
 */
export function sessionData(shape: 'flat' | 'nested', size: number): Record<string, unknown> {
  const data =
    shape === 'flat'
      ? { user: 'ada', csrf: TOKEN, views: 1, locale: 'en-GB', notes: '' }
      : {
          passport: { user: 'ada' },
          csrf: TOKEN,
          views: 1,
          flash: {},
          cart: [
            { sku: 'B-1042', amount: 2 },
            { sku: 'K-7', amount: 1 },
          ],
          notes: '',
        }
  const left = size - JSON.stringify(data).length
  if (left < 0) throw new Error(`${shape} data have at least ${size - left} bytes`)
  return { ...data, notes: 'the quick brown fox jumps over the lazy dog '.repeat(100).slice(0, left) }
}

const TOKEN = 'mV3Zq8nXw0PzLr5TtY1uBk7H'
