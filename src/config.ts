import { BlockList, isIP, isIPv6 } from 'node:net'
import * as v from 'valibot'

/** Everything that the environment decides, read once at the start. */
export type Config = Readonly<{
  host: string
  registryPort: number
  httpPort: number
  publicHosts: readonly string[]
  /** Whether connections from that address may register on behalf of others. */
  isTrusted: (ip: string) => boolean
  /** What makes a connection trusted wherever it comes from. */
  operatorKey: string | undefined
  ice: Readonly<{
    stunUrls: readonly string[]
    turnUrls: readonly string[]
    turnSecret: string | undefined
    turnLifetimeSeconds: number
  }>
  stateDirectory: string
  sessionSecret: string | undefined
  limits: Readonly<{
    maxLineBytes: number
    maxConnections: number
    signInTimeoutMs: number
    bareQuietMs: number
    stallTimeoutMs: number
    maxWaitingPushBytes: number
    ringTimeoutMs: number
  }>
}>

type Setting<T> = {
  default: string
  /** What it is, for `--help`: one line. */
  help: string
  schema: v.GenericSchema<string, T>
  /** It may not be repeated where somebody else reads. */
  secret?: true
}

const integer = (min: number, max: number, scale = 1) =>
  v.pipe(
    v.string(),
    v.regex(/^\d+(\.\d+)?$/, `must be a number from ${min} to ${max}`),
    v.transform(Number),
    v.minValue(min, `must be a number from ${min} to ${max}`),
    v.maxValue(max, `must be a number from ${min} to ${max}`),
    v.transform((number) => Math.round(number * scale)),
  )

const wholeNumber = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d+$/, `must be a whole number from ${min} to ${max}`),
    integer(min, max),
  )

/** Empty for none. A comma or a space at an end could not be said over the wire. */
const secret = (characters: number) =>
  v.pipe(
    v.string(),
    v.maxLength(256, 'must have at most 256 characters'),
    v.check(
      (text) => text === '' || (text.length >= characters && !/[,\r\n]|^\s|\s$/.test(text)),
      `must have at least ${characters} characters and no comma, or be empty`,
    ),
    v.transform((text) => (text === '' ? undefined : text)),
  )

const words = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((word) => word.trim())),
  v.transform((list) => list.filter((word) => word !== '')),
)

const iceUrls = (scheme: string, shape: RegExp) =>
  v.pipe(
    words,
    v.check(
      (list) => list.every((url) => shape.test(url)),
      `must be URLs that begin with ${scheme}`,
    ),
  )

const trusted = v.pipe(
  words,
  v.check(
    (list) => list.every(isAddressRange),
    'must be addresses or ranges such as 127.0.0.0/8,::1, or empty',
  ),
  v.transform(blockListOf),
)

const settings = {
  HOST: {
    default: '127.0.0.1',
    help: 'address to listen on; 0.0.0.0 or :: for every address of the machine',
    schema: v.pipe(
      v.string(),
      v.check(
        (host) => isIP(host) !== 0 || host === 'localhost',
        'must be an IP address of this machine, or localhost',
      ),
      // Where one listens is compared with addresses.
      v.transform((host) => (host === 'localhost' ? '127.0.0.1' : host)),
    ),
  },
  REGISTRY_PORT: {
    default: '3001',
    help: 'TCP port of the registry; 0 for any free one',
    schema: wholeNumber(0, 65_535),
  },
  HTTP_PORT: {
    default: '3000',
    help: 'port of the web page; 0 for any free one',
    schema: wholeNumber(0, 65_535),
  },
  PUBLIC_HOSTS: {
    default: '',
    help: 'names under which browsers may reach the web page, beside localhost and IP addresses',
    schema: v.pipe(
      words,
      v.check(
        (list) => list.every((name) => /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(name)),
        'must be host names without port, separated by commas',
      ),
      v.transform((list) => list.map((name) => name.toLowerCase())),
    ),
  },
  TRUSTED_ADDRESSES: {
    default: '127.0.0.0/8,::1',
    help: 'addresses and ranges that may register on behalf of others; may be empty',
    schema: trusted,
  },
  OPERATOR_KEY: {
    default: '',
    help: 'what a program elsewhere says with `auth` to be trusted likewise; empty for nobody',
    schema: secret(16),
    secret: true,
  },
  STUN_URLS: {
    default: '',
    help: 'STUN servers for calls across networks, such as stun:stun.example.org:3478',
    schema: iceUrls('stun: or stuns:', /^stuns?:[^\s?]+$/),
  },
  TURN_URLS: {
    default: '',
    help: 'TURN servers, which relay calls where no direct way exists',
    schema: iceUrls('turn: or turns:', /^turns?:[^\s?]+(\?transport=(udp|tcp))?$/),
  },
  TURN_SECRET: {
    default: '',
    help: "the secret that the TURN servers share (coturn's static-auth-secret)",
    schema: secret(1),
    secret: true,
  },
  TURN_LIFETIME_SECONDS: {
    default: '43200',
    help: 'how long the TURN credentials of one call are good',
    schema: wholeNumber(60, 604_800),
  },
  STATE_DIRECTORY: {
    default: '.encontro',
    help: 'where the secret that signs the session cookie is kept (mode 600)',
    schema: v.pipe(v.string(), v.nonEmpty('must not be empty')),
  },
  SESSION_SECRET: {
    default: '',
    help: 'that secret itself, at least 32 characters; then no file is kept',
    schema: secret(32),
    secret: true,
  },
  MAX_LINE_BYTES: {
    default: '1024',
    help: 'bytes in one message to the registry',
    schema: wholeNumber(512, 65_536),
  },
  MAX_CONNECTIONS: {
    default: '15000',
    help: 'connections to the registry at a time',
    schema: wholeNumber(1, 1_000_000),
  },
  SIGN_IN_SECONDS: {
    default: '60',
    help: 'time that a connection has to register',
    schema: integer(0.05, 86_400, 1000),
  },
  BARE_QUIET_MS: {
    default: '50',
    help: "how long a first client's message must be followed by nothing",
    schema: wholeNumber(1, 10_000),
  },
  STALL_SECONDS: {
    default: '10',
    help: 'how long a connection may read nothing of what waits for it',
    schema: integer(0.05, 86_400, 1000),
  },
  MAX_WAITING_PUSH_BYTES: {
    default: '262144',
    help: 'changes that may wait for one slow watcher, in bytes',
    schema: wholeNumber(1024, 1_073_741_824),
  },
  RING_SECONDS: {
    default: '45',
    help: 'how long a call rings before it ends unanswered',
    schema: integer(0.05, 3_600, 1000),
  },
} satisfies Record<string, Setting<unknown>>

type Values = { [Name in keyof typeof settings]: v.InferOutput<(typeof settings)[Name]['schema']> }

/** A setting that cannot be used; `message` is the one line that says which and why. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting'
}

/** Reads the settings, the defaults where one is not set. Throws `BadSetting` for the first wrong one. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const entries = Object.entries(settings).map(([name, setting]) => {
    const text = environment[name] ?? setting.default
    const read = v.safeParse(setting.schema as v.GenericSchema<string, unknown>, text)
    if (!read.success) {
      const shown = 'secret' in setting ? '…' : JSON.stringify(text)
      throw new BadSetting(`${name}=${shown}: ${read.issues[0].message}`)
    }
    return [name, read.output]
  })
  const values = Object.fromEntries(entries) as Values
  return Object.freeze({
    host: values.HOST,
    registryPort: values.REGISTRY_PORT,
    httpPort: values.HTTP_PORT,
    publicHosts: values.PUBLIC_HOSTS,
    isTrusted: (ip) => values.TRUSTED_ADDRESSES.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4'),
    stateDirectory: values.STATE_DIRECTORY,
    ice: {
      stunUrls: values.STUN_URLS,
      turnUrls: values.TURN_URLS,
      turnSecret: values.TURN_SECRET,
      turnLifetimeSeconds: values.TURN_LIFETIME_SECONDS,
    },
    operatorKey: values.OPERATOR_KEY,
    sessionSecret: values.SESSION_SECRET,
    limits: {
      maxLineBytes: values.MAX_LINE_BYTES,
      maxConnections: values.MAX_CONNECTIONS,
      signInTimeoutMs: values.SIGN_IN_SECONDS,
      bareQuietMs: values.BARE_QUIET_MS,
      stallTimeoutMs: values.STALL_SECONDS,
      maxWaitingPushBytes: values.MAX_WAITING_PUSH_BYTES,
      ringTimeoutMs: values.RING_SECONDS,
    },
  })
}

/** The text of `--help`. */
export function settingsHelp(): string {
  const width = Math.max(...Object.keys(settings).map((name) => name.length))
  const rows = Object.entries(settings).map(([name, { help, default: value }]) => {
    return `  ${name.padEnd(width)}  ${help} (${value === '' ? 'empty' : value})`
  })
  return [
    'Encontro: a phone book and a doorbell for direct video calls.',
    '',
    'Usage: bun run start',
    '',
    'Settings, from the environment or an .env file (with their defaults):',
    ...rows,
  ].join('\n')
}

function isAddressRange(range: string): boolean {
  const [address = '', prefix, more] = range.split('/')
  const family = isIP(address)
  if (family === 0 || address.includes('%') || more !== undefined) return false
  return (
    prefix === undefined ||
    (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
  )
}

function blockListOf(ranges: string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}
