// Stands in for the package redis where the recipes run without one: the few commands that they use, in memory.
// With a real Redis, the same recipes run in spec/system/recipes.system.ts.
export function createClient() {
  const values = new Map()
  const hash = (key) => values.get(key) ?? values.set(key, {}).get(key)
  const client = {
    on: () => client,
    connect: async () => client,
    async get(key) {
      if (key.endsWith(':unreachable')) throw new Error('Redis is away')
      return values.get(key) ?? null
    },
    set: async (key, value) => void values.set(key, String(value)),
    exists: async (key) => (values.has(key) ? 1 : 0),
    hGet: async (key, field) => hash(key)[field] ?? null,
    hGetAll: async (key) => ({ ...hash(key) }),
    multi() {
      const replies = []
      const queue = {
        hSet: (key, fields) => (replies.push(Object.assign(hash(key), fields)), queue),
        hIncrBy(key, field, by) {
          const version = Number(hash(key)[field] ?? 0) + by
          hash(key)[field] = String(version)
          replies.push(version)
          return queue
        },
        exec: async () => replies,
      }
      return queue
    },
  }
  return client
}
