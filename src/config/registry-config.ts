import type * as v from 'valibot'
import { fixedLimits, mostCallMembers, type RegistryLimits } from '../limits/registry-limits.ts'
import {
  addressRanges,
  BadSetting,
  connectionsOrAuto,
  integer,
  portOrOff,
  type Setting,
  wholeNumber,
} from './shapes.ts'

/** The limits that have a setting. The default is in the setting. */
type SettableLimits = Omit<RegistryLimits, keyof typeof fixedLimits>

/** The settings of the registry. */
export const registrySettings = {
  REGISTRY_TLS_PORT: {
    default: 'off',
    help: 'port on which the registry speaks inside TLS, with the certificate of the web page',
    schema: portOrOff,
  },
  REGISTRY_PROXIES: {
    default: '',
    help: 'addresses and ranges of balancers that begin each connection to REGISTRY_PORT with the line of the PROXY protocol',
    schema: addressRanges,
  },
  MAX_LINE_BYTES: {
    default: '1024',
    help: 'bytes in one message to the registry',
    schema: wholeNumber(512, 65_536),
  },
  MAX_CONNECTIONS: {
    default: 'auto',
    help: 'connections to the registry at a time; auto for what the limit of descriptors allows',
    schema: connectionsOrAuto,
  },
  MAX_CONNECTIONS_PER_ADDRESS: {
    default: '256',
    help: 'the same from one address, or one IPv6 network of 64 bits',
    schema: wholeNumber(1, 1_000_000),
  },
  CONNECTIONS_PER_SECOND: {
    default: '20',
    help: 'new connections from one address, with fifteen seconds of them at once',
    schema: wholeNumber(1, 1_000_000),
  },
  REQUESTS_PER_SECOND: {
    default: '200',
    help: 'requests of one connection, with five seconds of them at once',
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
  SILENCE_SECONDS: {
    default: '30',
    help: 'how long the machine of a connection may acknowledge nothing',
    schema: integer(3, 86_400, 1000),
  },
  MAX_WAITING_PUSH_BYTES: {
    default: '262144',
    help: 'changes that may wait for one slow watcher, in bytes',
    schema: wholeNumber(1024, 1_073_741_824),
  },
  MAX_HELD_BYTES: {
    default: '134217728',
    help: 'bytes that wait for all connections to the registry together, in and out',
    schema: wholeNumber(1_048_576, 1_099_511_627_776),
  },
  RING_SECONDS: {
    default: '45',
    help: 'how long a call rings before it ends unanswered',
    schema: integer(0.05, 3_600, 1000),
  },
  MAX_CALL_MEMBERS: {
    default: '6',
    help: 'people in one call at most, those who are being invited counted',
    schema: wholeNumber(2, mostCallMembers),
  },
} satisfies Record<string, Setting<unknown>>

type RegistryValues = {
  [Name in keyof typeof registrySettings]: v.InferOutput<(typeof registrySettings)[Name]['schema']>
}

export function registryLimitsOf(values: RegistryValues): RegistryLimits {
  const settable: SettableLimits = {
    maxLineBytes: values.MAX_LINE_BYTES,
    maxConnections: values.MAX_CONNECTIONS,
    maxConnectionsPerAddress: values.MAX_CONNECTIONS_PER_ADDRESS,
    connectionsPerSecond: values.CONNECTIONS_PER_SECOND,
    connectionBurst: values.CONNECTIONS_PER_SECOND * 15,
    requestsPerSecond: values.REQUESTS_PER_SECOND,
    requestBurst: values.REQUESTS_PER_SECOND * 5,
    signInTimeoutMs: values.SIGN_IN_SECONDS,
    bareQuietMs: values.BARE_QUIET_MS,
    stallTimeoutMs: values.STALL_SECONDS,
    silenceTimeoutMs: values.SILENCE_SECONDS,
    maxWaitingPushBytes: values.MAX_WAITING_PUSH_BYTES,
    maxHeldBytes: values.MAX_HELD_BYTES,
    ringTimeoutMs: values.RING_SECONDS,
    maxCallMembers: values.MAX_CALL_MEMBERS,
  }
  return { ...fixedLimits, ...settable }
}

/** Throws `BadSetting` if the registry would have no port, or its settings do not fit together. */
export function checkRegistryPorts(
  plain: number | 'off',
  tls: number | 'off',
  hasCertificate: boolean,
): void {
  if (plain === 'off' && tls === 'off') {
    throw new BadSetting('REGISTRY_PORT="off": must be a port where REGISTRY_TLS_PORT is off')
  }
  if (tls !== 'off' && !hasCertificate) {
    throw new BadSetting(
      `REGISTRY_TLS_PORT="${tls}": needs a certificate: TLS_CERT and TLS_KEY, or HTTPS=auto`,
    )
  }
}
