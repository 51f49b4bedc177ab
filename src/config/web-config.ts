import * as v from 'valibot'
import {
  addressRanges,
  BadSetting,
  connectionsOrAuto,
  holds,
  portOrOff,
  type Setting,
  wholeNumber,
} from './shapes.ts'

/** Where the certificate comes from: the operator's files, or self-signed for this machine. */
export type TlsConfig = Readonly<{ certificatePath: string; keyPath: string }> | 'auto' | undefined

/** For whom `/healthz` and `/metrics` are: nobody, trusted addresses, everybody. */
export type MetricsAudience = 'off' | 'local' | 'on'

/** The settings of the web page. */
export type WebConfig = Readonly<{
  tls: TlsConfig
  /** Port where clients without TLS are redirected to the page. */
  redirectPort: number | 'off'
  /** The beginning of all paths of the page: empty, or with a slash at its beginning and none at its end. */
  basePath: string
  /** Whether the address is one of our proxies, whose headers about the client are believed. */
  isTrustedProxy: (ip: string) => boolean
  metrics: MetricsAudience
  limits: WebLimits
}>

/** What one address, session or tab may cost the others. */
export type WebLimits = Readonly<{
  requestsPerSecond: number
  requestBurst: number
  registrationsPerMinute: number
  registrationBurst: number
  sessionsPerAddress: number
  socketsPerSession: number
  messagesPerSecond: number
  messageBurst: number
  /** Rows of the list that one session is shown. */
  rowsPerSecond: number
  rowBurst: number
  /** Connections at a time, whatever they say, also WebSockets. Over it: the newest are closed. */
  maxHttpConnections: number
  maxHttpConnectionsPerAddress: number
  /** Bytes of the body of one request. Over it: 413. */
  maxBodyBytes: number
}>

const path = v.pipe(
  v.string(),
  v.check((text) => !text.includes('\0'), 'must be the path of a file'),
)

/** No part of it means anything to a URL, a cookie or a proxy. A slash at its end is taken off. */
const basePath = v.pipe(
  v.string(),
  v.transform((text) => text.replace(/\/$/, '')),
  v.regex(
    /^(\/[\w-]{1,64}){0,8}$/,
    'must be a path of letters, digits, - and _ such as /encontro or /tools/encontro, or empty',
  ),
)

/** The settings of the web page, by name. */
export const webSettings = {
  TLS_CERT: {
    default: '',
    help: 'file with the certificate and its chain (PEM); SIGHUP reads it again',
    schema: path,
  },
  TLS_KEY: {
    default: '',
    help: 'file with the key of that certificate (PEM)',
    schema: path,
  },
  HTTPS: {
    default: 'off',
    help: 'auto for https with a certificate made for this machine, which browsers warn of once',
    schema: v.picklist(['off', 'auto'], 'must be auto or off'),
  },
  HTTP_REDIRECT_PORT: {
    default: 'off',
    help: 'port on which http is answered with the way to the page over https',
    schema: portOrOff,
  },
  BASE_PATH: {
    default: '',
    help: 'path below which the page is, such as /encontro; a proxy is to leave it in place',
    schema: basePath,
  },
  TRUSTED_PROXIES: {
    default: '',
    help: 'addresses and ranges of proxies whose X-Forwarded-For, -Proto and -Host are believed',
    schema: addressRanges,
  },
  METRICS: {
    default: 'local',
    help: 'for whom /healthz and /metrics are: local for trusted addresses, on for everybody, off',
    schema: v.picklist(['off', 'local', 'on'], 'must be off, local or on'),
  },
  HTTP_REQUESTS_PER_SECOND: {
    default: '100',
    help: 'requests to the web page from one address, with five seconds of them at once',
    schema: wholeNumber(1, 1_000_000),
  },
  HTTP_REGISTRATIONS_PER_MINUTE: {
    default: '120',
    help: 'forms sent from one address, as many at once',
    schema: wholeNumber(1, 1_000_000),
  },
  SESSIONS_PER_ADDRESS: {
    default: '128',
    help: 'browsers registered from one address at a time',
    schema: wholeNumber(1, 1_000_000),
  },
  SOCKETS_PER_SESSION: {
    default: '32',
    help: 'tabs of one browser that are kept up to date',
    schema: wholeNumber(1, 1_000),
  },
  TAB_MESSAGES_PER_SECOND: {
    default: '50',
    help: 'messages from one tab, with three seconds of them at once',
    schema: wholeNumber(1, 1_000_000),
  },
  LIST_ROWS_PER_SECOND: {
    default: '1000',
    help: 'rows of the list shown to one browser, with five seconds of them at once',
    schema: wholeNumber(10, 1_000_000),
  },
  MAX_HTTP_CONNECTIONS: {
    default: 'auto',
    help: 'connections to the web page at a time; auto for what the limit of descriptors allows',
    schema: connectionsOrAuto,
  },
  MAX_HTTP_CONNECTIONS_PER_ADDRESS: {
    default: '512',
    help: 'the same from one address, or one IPv6 network of 64 bits',
    schema: wholeNumber(1, 1_000_000),
  },
  MAX_BODY_BYTES: {
    default: '16384',
    help: 'bytes in the body of one request to the web page',
    // A form with a name and an access code of the longest kind has to go in.
    schema: wholeNumber(4_096, 1_048_576),
  },
} satisfies Record<string, Setting<unknown>>

type WebValues = {
  [Name in keyof typeof webSettings]: v.InferOutput<(typeof webSettings)[Name]['schema']>
}

/** Throws `BadSetting` if settings do not fit together. */
export function webConfigOf(values: WebValues): WebConfig {
  const tls = tlsOf(values)
  const redirectPort = values.HTTP_REDIRECT_PORT
  if (redirectPort !== 'off' && tls === undefined) {
    throw new BadSetting(
      `HTTP_REDIRECT_PORT="${redirectPort}": must be off where the page has no certificate`,
    )
  }
  return {
    tls,
    redirectPort,
    basePath: values.BASE_PATH,
    isTrustedProxy: (ip) => holds(values.TRUSTED_PROXIES, ip),
    metrics: values.METRICS,
    limits: webLimitsOf(values),
  }
}

function tlsOf({ TLS_CERT, TLS_KEY, HTTPS }: WebValues): TlsConfig {
  if (TLS_CERT === '' && TLS_KEY === '') return HTTPS === 'auto' ? 'auto' : undefined
  if (TLS_CERT === '') throw new BadSetting('TLS_CERT="": must be set where TLS_KEY is')
  if (TLS_KEY === '') throw new BadSetting('TLS_KEY="": must be set where TLS_CERT is')
  if (HTTPS === 'auto') throw new BadSetting('HTTPS="auto": must be off where TLS_CERT is set')
  return { certificatePath: TLS_CERT, keyPath: TLS_KEY }
}

type LimitName = (`${string}_PER_${string}` | `MAX_${string}`) & keyof WebValues

function webLimitsOf(values: Pick<WebValues, LimitName>): WebLimits {
  return {
    requestsPerSecond: values.HTTP_REQUESTS_PER_SECOND,
    requestBurst: values.HTTP_REQUESTS_PER_SECOND * 5,
    registrationsPerMinute: values.HTTP_REGISTRATIONS_PER_MINUTE,
    registrationBurst: values.HTTP_REGISTRATIONS_PER_MINUTE,
    sessionsPerAddress: values.SESSIONS_PER_ADDRESS,
    socketsPerSession: values.SOCKETS_PER_SESSION,
    messagesPerSecond: values.TAB_MESSAGES_PER_SECOND,
    messageBurst: values.TAB_MESSAGES_PER_SECOND * 3,
    rowsPerSecond: values.LIST_ROWS_PER_SECOND,
    rowBurst: values.LIST_ROWS_PER_SECOND * 5,
    maxHttpConnections: values.MAX_HTTP_CONNECTIONS,
    maxHttpConnectionsPerAddress: values.MAX_HTTP_CONNECTIONS_PER_ADDRESS,
    maxBodyBytes: values.MAX_BODY_BYTES,
  }
}
