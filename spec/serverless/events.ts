import type { ALBEvent, APIGatewayProxyEvent, APIGatewayProxyEventV2 } from 'aws-lambda'

/** A request as a browser sent it to AWS, before a service made an event of it. */
export interface Sent {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** How the browser reached the service: what X-Forwarded-Proto says. */
  readonly proto: 'https' | 'http'
  /** The `Cookie` header fields: one over HTTP/1.1 (RFC 6265, section 5.4), perhaps several over HTTP/2. */
  readonly cookies: readonly string[]
  readonly contentType?: string | undefined
  readonly body?: Buffer | undefined
}

/** What API Gateway sends to a Lambda proxy integration of a REST API: payload format 1.0. */
export function restApiEvent(sent: Sent): APIGatewayProxyEvent {
  const { method, path } = sent
  const lines = {
    Accept: ['*/*'],
    'Accept-Encoding': ['gzip, deflate'],
    'cache-control': ['no-cache'],
    'CloudFront-Forwarded-Proto': ['https'],
    'CloudFront-Is-Desktop-Viewer': ['true'],
    'CloudFront-Is-Mobile-Viewer': ['false'],
    'CloudFront-Is-SmartTV-Viewer': ['false'],
    'CloudFront-Is-Tablet-Viewer': ['false'],
    'CloudFront-Viewer-Country': ['US'],
    ...contentHeaders(sent, 'Content-Type', 'Content-Length'),
    ...(sent.cookies.length === 0 ? {} : { Cookie: [...sent.cookies] }),
    Host: ['gy415nuibc.execute-api.us-east-1.amazonaws.com'],
    'User-Agent': [USER_AGENT],
    Via: ['1.1 d98420743a69852491bbdea73f7680bd.cloudfront.net (CloudFront)'],
    'X-Amz-Cf-Id': ['pn-PWIJc6thYnZm5P0NMgOUglL1DYtl0gdeJky8tqsg8iS_sgsKD1A=='],
    'X-Amzn-Trace-Id': [TRACE],
    'X-Forwarded-For': [`${CLIENT}, 54.182.214.83`],
    'X-Forwarded-Port': [portOf(sent)],
    'X-Forwarded-Proto': [sent.proto],
  }
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers: lastOf(lines),
    multiValueHeaders: lines,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: path.slice(1) },
    stageVariables: { stageVariableName: 'stageVariableValue' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'gy415nuibc',
      authorizer: null,
      domainName: 'gy415nuibc.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'gy415nuibc',
      extendedRequestId: 'JKJaXmPLvHcESHA=',
      httpMethod: method,
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: null,
        apiKeyId: null,
        caller: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: CLIENT,
        user: null,
        userAgent: USER_AGENT,
        userArn: null,
      },
      path: `/testStage${path}`,
      protocol: 'HTTP/1.1',
      requestId: 'deef4878-7910-11e6-8f14-25afc3e9ae33',
      requestTime: '04/Mar/2020:19:15:17 +0000',
      requestTimeEpoch: 1583349317135,
      resourceId: 'roq9wj',
      resourcePath: '/{proxy+}',
      stage: 'testStage',
    },
    body: null,
    ...contentOf(sent),
  }
}

/** What API Gateway sends to a Lambda integration of an HTTP API: payload format 2.0. */
export function httpApiEvent(sent: Sent): APIGatewayProxyEventV2 {
  const { method, path } = sent
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    ...cookiesField(sent),
    headers: forwardedHeaders(sent, 'id.execute-api.us-east-1.amazonaws.com'),
    requestContext: {
      accountId: '123456789012',
      apiId: 'id',
      domainName: 'id.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'id',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: CLIENT, userAgent: USER_AGENT },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2020:19:03:58 +0000',
      timeEpoch: 1583348638390,
    },
    ...contentOf(sent),
  }
}

/**
 * What a Lambda function URL sends: payload format 2.0, with null for what function URLs do not have. Its `headers`
 * were seen to hold the `Cookie` header beside `cookies`, unlike those of an HTTP API.
 */
export function functionUrlEvent(sent: Sent): object {
  const event = httpApiEvent(sent)
  const domainName = '33anwqw8fj.lambda-url.us-west-2.on.aws'
  return {
    ...event,
    headers: {
      ...forwardedHeaders(sent, domainName),
      ...(sent.cookies.length === 0 ? {} : { cookie: sent.cookies.join('; ') }),
    },
    requestContext: {
      ...event.requestContext,
      accountId: 'anonymous',
      apiId: '33anwqw8fj',
      authentication: null,
      authorizer: null,
      domainName,
      domainPrefix: '33anwqw8fj',
      requestId: 'e1506fd5-9e7b-434f-bd42-4f8fa224b599',
    },
    pathParameters: null,
    stageVariables: null,
  }
}

/** What an Application Load Balancer sends to a target group as it is made: one value per header, the last. */
export function albEvent(sent: Sent): ALBEvent {
  return { ...albRequest(sent), queryStringParameters: {}, headers: lastOf(albHeaders(sent)) }
}

/** What it sends to a target group with `lambda.multi_value_headers.enabled`. */
export function albMultiValueEvent(sent: Sent): ALBEvent {
  return { ...albRequest(sent), multiValueQueryStringParameters: {}, multiValueHeaders: albHeaders(sent) }
}

const CLIENT = '72.21.198.66'
const TRACE = 'Root=1-5bdb40ca-556d8b0c50dc66f0511bf520'
const USER_AGENT = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_6)'

type Lines = Record<string, string[]>

function albRequest(sent: Sent) {
  return {
    requestContext: {
      elb: {
        targetGroupArn:
          'arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-target-group/6d0ecf831eec9f09',
      },
    },
    httpMethod: sent.method,
    path: sent.path,
    body: '',
    ...contentOf(sent),
  }
}

function albHeaders(sent: Sent): Lines {
  return {
    accept: ['text/html,application/xhtml+xml'],
    'accept-language': ['en-US,en;q=0.8'],
    ...contentHeaders(sent),
    ...(sent.cookies.length === 0 ? {} : { cookie: [...sent.cookies] }),
    host: ['lambda-846800462-us-east-2.elb.amazonaws.com'],
    'user-agent': [USER_AGENT],
    'x-amzn-trace-id': [TRACE],
    'x-forwarded-for': [CLIENT],
    'x-forwarded-port': [portOf(sent)],
    'x-forwarded-proto': [sent.proto],
  }
}

/** The headers of payload format 2.0: names in lower case, one value each, and cookies elsewhere. */
function forwardedHeaders(sent: Sent, host: string): Record<string, string> {
  return lastOf({
    accept: ['text/html,application/xhtml+xml'],
    'accept-encoding': ['gzip, deflate, br'],
    ...contentHeaders(sent),
    host: [host],
    'user-agent': [USER_AGENT],
    'x-amzn-trace-id': [TRACE],
    'x-forwarded-for': [CLIENT],
    'x-forwarded-port': [portOf(sent)],
    'x-forwarded-proto': [sent.proto],
  })
}

/** One entry per cookie, whichever `Cookie` header it came in; no field at all without cookies. */
function cookiesField({ cookies }: Sent): { cookies?: string[] } {
  return cookies.length === 0 ? {} : { cookies: cookies.flatMap((field) => field.split('; ')) }
}

function contentHeaders({ contentType, body }: Sent, type = 'content-type', length = 'content-length'): Lines {
  return body === undefined ? {} : { [type]: [contentType ?? ''], [length]: [String(body.length)] }
}

const TEXT = /^(?:text\/|application\/(?:json|javascript|xml)\b)/

/** Bodies that are not text come in base64, those of forms among them. (A REST API must list them as binary types.) */
function contentOf({ contentType = '', body }: Sent): { body?: string; isBase64Encoded: boolean } {
  if (body === undefined) return { isBase64Encoded: false }
  const isBase64Encoded = !TEXT.test(contentType)
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded }
}

function lastOf(lines: Lines): Record<string, string> {
  return Object.fromEntries(Object.entries(lines).map(([name, values]) => [name, values.at(-1) ?? '']))
}

function portOf({ proto }: Sent): string {
  return proto === 'https' ? '443' : '80'
}
