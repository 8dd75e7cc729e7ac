import { configure as codegenie } from '@codegenie/serverless-express'
import { configure as vendia } from '@vendia/serverless-express'
import type { Context } from 'aws-lambda'
import type { Express } from 'express'
import serverlessHttp from 'serverless-http'
import { EXPRESSES } from '../support/app.js'
import { SERVICES } from './services.js'

/** A Lambda function. */
export type Invoke = (event: object) => Promise<unknown>

/** What makes a Lambda function of an Express app. Images leave each of them in base64. */
export interface Adapter {
  readonly name: string
  readonly adapt: (app: Express) => Invoke
}

export const ADAPTERS: readonly Adapter[] = [
  {
    name: 'serverless-http',
    adapt: (app) => {
      const handler = serverlessHttp(app, { binary: ['image/*'] })
      return (event) => handler(event, {})
    },
  },
  { name: '@vendia/serverless-express', adapt: (app) => promised(vendia({ app })) },
  { name: '@codegenie/serverless-express', adapt: (app) => promised(codegenie({ app })) },
]

function promised(handler: ReturnType<typeof codegenie>): Invoke {
  return async (event) => handler(event, {} as Context, () => {})
}

/** Every adapter with both majors of Express, under a name. */
export const ADAPTED = ADAPTERS.flatMap((adapter) =>
  EXPRESSES.map(([express, create]) => [`${express} on ${adapter.name}`, { adapter, create }] as const),
)

/** The same behind every service. */
export const SETUPS = ADAPTED.flatMap(([name, adapted]) =>
  SERVICES.map((service) => [`${name} behind ${service.name}`, { ...adapted, service }] as const),
)
