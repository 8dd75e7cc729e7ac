/** Something that the model takes for granted, with where it comes from. */
export interface Assumption {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly source: string
}

const OURS = 'a round number of ours, to be replaced by yours'

/** Prices are US dollars in the region us-east-1 of AWS, on demand, as published in 2026: a place to start from. */
export const ASSUMPTIONS = {
  coreHour: {
    name: 'A CPU core for an hour',
    value: 0.04048,
    unit: 'USD',
    source: 'AWS Fargate, Linux on x86, https://www.vantage.sh/blog/fargate-pricing',
  },
  memoryHour: {
    name: 'A GB of memory for an hour',
    value: 0.004445,
    unit: 'USD',
    source: 'AWS Fargate, Linux on x86, https://www.vantage.sh/blog/fargate-pricing',
  },
  balancedGigabyte: {
    name: 'A GB through the load balancer, up or down',
    value: 0.008,
    unit: 'USD',
    source: 'an LCU of an Application Load Balancer, https://awsnegotiations.com/blog/elastic-load-balancer-cost/',
  },
  sentGigabyte: {
    name: 'A GB down to the internet, beside that',
    value: 0.09,
    unit: 'USD',
    source: 'the first tier of EC2, from memory of its price list: look it up before you rely on it; up is free',
  },
  zoneGigabyte: {
    name: 'A GB between app and store in another zone, each way',
    value: 0.02,
    unit: 'USD',
    source: '0.01 at each end with EC2, from memory of its price list: look it up before you rely on it',
  },
  otherZone: { name: 'Share of what goes to a store in another zone', value: 0.5, unit: '', source: OURS },
  peak: { name: 'The busiest second over the average one', value: 3, unit: '', source: OURS },
  busy: { name: 'How busy a core may be in the busiest second', value: 0.6, unit: '', source: OURS },
  copies: { name: 'Servers that hold each session, so that one may fail', value: 2, unit: '', source: OURS },
  smallestCores: { name: 'CPU cores of the smallest server of a store', value: 0.5, unit: '', source: OURS },
  smallestMemory: { name: 'Memory of the smallest server of a store', value: 1, unit: 'GB', source: OURS },
  fullMemory: { name: 'How full the memory of a store may be', value: 0.7, unit: '', source: OURS },
} as const satisfies Record<string, Assumption>

export type Assumed = Readonly<Record<keyof typeof ASSUMPTIONS, number>>

/** The values alone, to be computed with, or changed to see what they do. */
export const ASSUMED: Assumed = Object.fromEntries(
  Object.entries(ASSUMPTIONS).map(([key, { value }]) => [key, value]),
) as Assumed

export const HOURS_OF_MONTH = 730
export const SECONDS_OF_MONTH = HOURS_OF_MONTH * 3600
