/** A way to seal data, in a process of its own: `node sealer.js <name> <shape> <size>`. */
import assert from 'node:assert/strict'
import { checkAgreement, SEALERS } from '../contenders/sealers.js'
import { compete } from '../measure/contest.js'
import { sessionData } from '../measure/session-data.js'

const [name, shape, size] = process.argv.slice(2)
const sealer = SEALERS.find((one) => one.name === name)
assert(sealer)
const data = sessionData(shape as 'flat' | 'nested', Number(size))
await checkAgreement(data)
const token = await sealer.seal(data)
await compete({ seal: () => sealer.seal(data), open: () => sealer.open(token) })
