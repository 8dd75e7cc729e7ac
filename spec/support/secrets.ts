/** Random once, fixed ever since, and of use to nobody. */
export const SECRET = '2ukg162M7n962AungnHVNx2Oak1hxgqa'
export const OTHER_SECRET = 'Qm4ZxN8bVc1LkJ6hGf3DsAp0OiUy7TrE'
export const THIRD_SECRET = 'wE5rT2yU9iO4pA7sD1fG6hJ3kL8zX0cV'
