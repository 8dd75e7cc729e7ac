/** Something that the model takes for granted, with where it comes from. */
export interface Assumption {
  readonly name: string
  readonly value: number
  /** `share` is a part of a whole, so at most 1. */
  readonly unit: string
  readonly source: string
}

const OURS = 'a round number of ours, to be replaced by yours'
const COMPUTE = 'AWS Fargate, Linux on x86, as quoted in https://www.vantage.sh/blog/fargate-pricing'
const SENT = 'EC2 to the internet, as quoted in https://atonementlicensing.com/blog/aws-egress-negotiation/'

/**
 * Prices are US dollars in the region us-east-1 of AWS, on demand, as the named pages quoted them when they were looked
 * up in November 2026; Amazon's own price list was not read. They are a place to start from.
 */
export const ASSUMPTIONS = {
  coreHour: { name: 'A CPU core for an hour', value: 0.04048, unit: 'USD', source: COMPUTE },
  memoryHour: { name: 'A GB of memory for an hour', value: 0.004445, unit: 'USD', source: COMPUTE },
  balancedGigabyte: {
    name: 'A GB through the load balancer, up or down',
    value: 0.008,
    unit: 'USD',
    source:
      'an Application Load Balancer while bytes are what it charges for, as quoted in https://www.egresscost.com/aws',
  },
  sentFirst: {
    name: 'A GB down to the internet beside that, of the first 10 TB a month; up is free',
    value: 0.09,
    unit: 'USD',
    source: SENT,
  },
  sentSecond: { name: 'A GB of the next 40 TB down', value: 0.085, unit: 'USD', source: SENT },
  sentThird: { name: 'A GB of the next 100 TB down', value: 0.07, unit: 'USD', source: SENT },
  sentBeyond: { name: 'A GB beyond these 150 TB down', value: 0.05, unit: 'USD', source: SENT },
  zoneGigabyte: {
    name: 'A GB between app and store in another zone',
    value: 0.02,
    unit: 'USD',
    source:
      '0.01 at each end, as was tried in https://www.lastweekinaws.com/blog/aws-cross-az-data-transfer-costs-more-than-aws-says/',
  },
  managedZoneGigabyte: {
    name: 'A GB between app and managed store in another zone',
    value: 0.01,
    unit: 'USD',
    source: 'at one end only, as quoted for ElastiCache in https://basavytix.com/blog/aws-cross-az-data-transfer-cost',
  },
  otherZone: { name: 'What goes to a store in another zone', value: 0.5, unit: 'share', source: OURS },
  operationBytes: {
    name: 'Bytes beside the session in one operation of the store',
    value: 150,
    unit: 'B',
    source: `${OURS}: key, command and answer`,
  },
  perConnection: {
    name: 'Requests on one connection of HTTP/2, of which the first is not compressed',
    value: 20,
    unit: '',
    source: OURS,
  },
  peak: { name: 'The busiest second over the average one', value: 3, unit: '', source: OURS },
  busy: { name: 'How busy a core may be in the busiest second', value: 0.6, unit: 'share', source: OURS },
  copies: { name: 'Servers that hold each session, so that one may fail', value: 2, unit: '', source: OURS },
  smallestCores: {
    name: 'CPU cores of the smallest server of a store',
    value: 0.5,
    unit: '',
    source: `${OURS}; servers that share a core cost less`,
  },
  smallestMemory: { name: 'Memory of the smallest server of a store', value: 1, unit: 'GB', source: OURS },
  fullMemory: { name: 'How full the memory of a store may be', value: 0.7, unit: 'share', source: OURS },
  managed: {
    name: 'A managed store over its cores and memory',
    value: 1.5,
    unit: '',
    source:
      'a round number of ours: https://cachee.ai/blog/posts/2026-05-10-elasticache-vs-self-hosted-redis-total-cost.html ' +
      'has 0.498 USD an hour for a cache.r7g.xlarge, others less; its 4 cores and 26 GB are 0.28 at the prices above',
  },
} as const satisfies Record<string, Assumption>

export type Assumed = Readonly<Record<keyof typeof ASSUMPTIONS, number>>

/** The values alone, to be computed with, or changed to see what they do. */
export const ASSUMED: Assumed = Object.fromEntries(
  Object.entries(ASSUMPTIONS).map(([key, { value }]) => [key, value]),
) as Assumed

export const HOURS_OF_MONTH = 730
export const SECONDS_OF_MONTH = HOURS_OF_MONTH * 3600

/** `0.04048 USD` */
export function amountOf({ value, unit }: Assumption): string {
  return `${value} ${unit}`.trim()
}
