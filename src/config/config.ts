import { isIP } from 'node:net'
import * as v from 'valibot'
import type { RegistryLimits } from '../limits/registry-limits.ts'
import { type EngineConfig, engineConfigOf, engineSettings } from './engine-config.ts'
import { checkTurn, iceUrls } from './ice-urls.ts'
import { checkRegistryPorts, registryLimitsOf, registrySettings } from './registry-config.ts'
import {
  addressRanges,
  BadSetting,
  holds,
  portOrOff,
  type Setting,
  secret,
  wholeNumber,
  words,
} from './shapes.ts'
import { type WebConfig, webConfigOf, webSettings } from './web-config.ts'

export { BadSetting } from './shapes.ts'

/** Everything that the environment decides, read once at the start. */
export type Config = Readonly<{
  host: string
  registryPort: number | 'off'
  registryTlsPort: number | 'off'
  httpPort: number
  publicHosts: readonly string[]
  /** Whether connections from that address may register on behalf of others. */
  isTrusted: (ip: string) => boolean
  /** Whether connections from there are balancers', which say first for which address they are. */
  isRegistryProxy: (ip: string) => boolean
  /** A secret that makes a connection trusted, from any address. */
  operatorKey: string | undefined
  /** The access code that is needed to register, in a page or over the wire. */
  accessCode: string | undefined
  /** How often one address may guess these two secrets wrong. */
  wrongCodesPerMinute: number
  /** Whether two browsers may connect directly, or always through a relay. */
  calls: 'direct' | 'relay'
  /** Whether everybody is shown who talks with whom. */
  showsPartners: boolean
  ice: Readonly<{
    stunUrls: readonly string[]
    turnUrls: readonly string[]
    turnSecret: string | undefined
    turnLifetimeSeconds: number
  }>
  web: WebConfig
  stateDirectory: string
  sessionSecret: string | undefined
  /** What several processes share one directory by; `undefined` for a directory of this process alone. */
  engine: EngineConfig | undefined
  limits: RegistryLimits
}>

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
    help: 'TCP port of the registry; 0 for any free one, off for none but REGISTRY_TLS_PORT',
    schema: portOrOff,
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
    schema: addressRanges,
  },
  OPERATOR_KEY: {
    default: '',
    help: 'what the operator, or a program of theirs, says with `auth`; empty for nobody',
    schema: secret(16),
    secret: true,
  },
  ACCESS_CODE: {
    default: '',
    help: 'what one has to say to register, at least 4 characters; empty for nothing',
    schema: secret(4),
    secret: true,
  },
  WRONG_CODES_PER_MINUTE: {
    default: '10',
    help: 'wrong codes and keys from one address, as many at once; ten times as many from all',
    schema: wholeNumber(1, 1_000_000),
  },
  STUN_URLS: {
    default: '',
    help: 'STUN servers for calls across networks, such as stun:stun.example.org:3478',
    schema: iceUrls('stun'),
  },
  TURN_URLS: {
    default: '',
    help: 'TURN servers, which relay calls where no direct way exists',
    schema: iceUrls('turn'),
  },
  TURN_SECRET: {
    default: '',
    help: "the secret that the TURN servers share (coturn's static-auth-secret)",
    schema: secret(1),
    secret: true,
  },
  CALLS: {
    default: 'direct',
    help: 'relay for all calls through the TURN servers, so that they show no local addresses',
    schema: v.picklist(['direct', 'relay'], 'must be direct or relay'),
  },
  SHOW_CALL_PARTNERS: {
    default: 'off',
    help: 'on to show everybody who talks with whom, and say so before one enters',
    schema: v.picklist(['off', 'on'], 'must be on or off'),
  },
  TURN_LIFETIME_SECONDS: {
    default: '3600',
    help: 'how long TURN credentials are good at most',
    schema: wholeNumber(60, 604_800),
  },
  STATE_DIRECTORY: {
    default: '.encontro',
    help: 'beside `.env`: where the secret that signs the session cookie is kept (mode 600); of this user or root alone',
    schema: v.pipe(v.string(), v.nonEmpty('must not be empty')),
  },
  SESSION_SECRET: {
    default: '',
    help: 'that secret itself, at least 32 characters; then no file is kept',
    schema: secret(32),
    secret: true,
  },
  ...engineSettings,
  ...registrySettings,
  ...webSettings,
} satisfies Record<string, Setting<unknown>>

/** What the environment is asked for. */
export const settingNames = Object.keys(settings)

type Values = { [Name in keyof typeof settings]: v.InferOutput<(typeof settings)[Name]['schema']> }

/** Reads the settings, with the default if one is not set. Throws `BadSetting` for the first wrong one. */
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
  const web = webConfigOf(values)
  checkTurn(values.TURN_URLS, values.TURN_SECRET)
  if (values.CALLS === 'relay' && values.TURN_URLS.length === 0) {
    throw new BadSetting('CALLS="relay": needs TURN_URLS and TURN_SECRET')
  }
  checkRegistryPorts(values.REGISTRY_PORT, values.REGISTRY_TLS_PORT, web.tls !== undefined)
  return Object.freeze({
    host: values.HOST,
    registryPort: values.REGISTRY_PORT,
    registryTlsPort: values.REGISTRY_TLS_PORT,
    httpPort: values.HTTP_PORT,
    publicHosts: values.PUBLIC_HOSTS,
    isTrusted: (ip) => holds(values.TRUSTED_ADDRESSES, ip),
    isRegistryProxy: (ip) => holds(values.REGISTRY_PROXIES, ip),
    stateDirectory: values.STATE_DIRECTORY,
    calls: values.CALLS,
    showsPartners: values.SHOW_CALL_PARTNERS === 'on',
    ice: {
      stunUrls: values.STUN_URLS,
      turnUrls: values.TURN_URLS,
      turnSecret: values.TURN_SECRET,
      turnLifetimeSeconds: values.TURN_LIFETIME_SECONDS,
    },
    operatorKey: values.OPERATOR_KEY,
    accessCode: values.ACCESS_CODE,
    wrongCodesPerMinute: values.WRONG_CODES_PER_MINUTE,
    web,
    sessionSecret: values.SESSION_SECRET,
    engine: engineConfigOf(values, values.SESSION_SECRET),
    limits: registryLimitsOf(values),
  })
}

/** Each setting that is not the default, as `NAME=value`; of a secret only that it is set. */
export function settingsGiven(environment: Record<string, string | undefined>): string[] {
  return Object.entries(settings).flatMap(([name, setting]) => {
    const text = environment[name] ?? setting.default
    if (text === setting.default) return []
    return `${name}=${'secret' in setting ? '…' : text}`
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
    'Usage: encontro [--workers N | --check | --healthy | --version | --help]',
    'From the source: bun run start, or bun run start -- --check',
    '',
    '  --workers N  starts N processes that share the ports and, by ENGINE_URL, one directory',
    '  --check    says what would be with these settings, and starts nothing',
    '  --healthy  asks the server that runs with these settings how it is; ends with 0 if it serves',
    '  --version  the version alone',
    '  --help     this text',
    '',
    'Settings, from the environment or an .env file beside the program (with their defaults):',
    ...rows,
  ].join('\n')
}
