import { hostname } from 'node:os'
import * as v from 'valibot'
import { type EngineUrl, parseEngineUrl } from './engine-url.ts'
import { BadSetting, integer, type Setting } from './shapes.ts'

/** How this process takes part in a directory that several processes share. */
export type EngineConfig = Readonly<{
  url: EngineUrl
  /** The file with the certificates (PEM) that are believed, where those of the system are not meant. */
  caPath: string | undefined
  /** What this process is called among the others. */
  nodeName: string
  /** How long newcomers are sent elsewhere before everybody is said goodbye to. */
  drainMs: number
  /** Whether the start waits for an engine that cannot be reached. */
  waits: boolean
}>

/** A name goes into keys of the engine, beside other words with colons between. */
const nodeName = /^[a-z\d]([a-z\d._-]{0,61}[a-z\d])?$/i

export const engineSettings = {
  ENGINE_URL: {
    default: '',
    help: 'the Redis or Valkey by which several processes share one directory; empty for one process alone',
    schema: v.pipe(
      v.string(),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        if (dataset.value === '') return undefined
        const url = parseEngineUrl(dataset.value)
        if (url.ok) return url.value
        addIssue({ message: url.error })
        return NEVER
      }),
    ),
    // It may hold a password.
    secret: true,
  },
  ENGINE_CA: {
    default: '',
    help: 'file with the certificates (PEM) that a rediss: engine may show one of; empty for those of the system',
    schema: v.string(),
  },
  ENGINE_WAIT: {
    default: 'off',
    help: 'on to wait at the start for an engine that cannot be reached, instead of ending',
    schema: v.picklist(['off', 'on'], 'must be on or off'),
  },
  NODE_NAME: {
    default: '',
    help: 'what this process is called beside others at one engine; empty for the name of the machine',
    schema: v.pipe(
      v.string(),
      v.check(
        (name) => name === '' || nodeName.test(name),
        'must be at most 63 letters, digits, dots, hyphens or underscores, with a letter or digit at both ends',
      ),
    ),
  },
  DRAIN_SECONDS: {
    default: '5',
    help: 'with an engine: how long a process that is to end goes on while newcomers are sent elsewhere',
    schema: integer(0, 300, 1000),
  },
} satisfies Record<string, Setting<unknown>>

type EngineValues = {
  [Name in keyof typeof engineSettings]: v.InferOutput<(typeof engineSettings)[Name]['schema']>
}

/** What the settings say of an engine, if they name one. Throws `BadSetting` if they do not fit together. */
export function engineConfigOf(
  values: EngineValues,
  sessionSecret: string | undefined,
): EngineConfig | undefined {
  const { ENGINE_URL: url, ENGINE_CA: caPath } = values
  if (caPath !== '' && !url?.tls) {
    throw new BadSetting(
      `ENGINE_CA=${JSON.stringify(caPath)}: must be empty where ENGINE_URL has no TLS`,
    )
  }
  if (!url) return undefined
  if (sessionSecret === undefined) {
    throw new BadSetting('SESSION_SECRET="": must be set where ENGINE_URL is, the same everywhere')
  }
  const name = values.NODE_NAME === '' ? hostname() : values.NODE_NAME
  if (!nodeName.test(name)) {
    throw new BadSetting(
      `NODE_NAME="": must be set, since the machine's name ${JSON.stringify(name)} does not do`,
    )
  }
  return {
    url,
    caPath: caPath === '' ? undefined : caPath,
    nodeName: name,
    drainMs: values.DRAIN_SECONDS,
    waits: values.ENGINE_WAIT === 'on',
  }
}
