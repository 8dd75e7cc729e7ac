// The contenders are installed with the benchmarks and not with the product, so their types are not there to check.
declare module 'cookie-session'
declare module 'express-session'
