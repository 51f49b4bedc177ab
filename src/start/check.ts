import type { Config } from '../config/config.ts'
import { formatEndpoint } from '../endpoint.ts'
import { descriptorLimit, shortageOf } from '../host/descriptors.ts'
import { fromElsewhere } from '../host/own-addresses.ts'
import { checkKept } from '../host/state-directory.ts'
import { checkEngineCa, describeCertificate, readCertificate } from '../tls/certificate.ts'
import { version } from '../version.ts'
import { atPort, inStateDirectory } from './at-port.ts'
import { webUrlAt } from './web-url.ts'

/**
 * Says what would be with these settings, in lines for people. Starts nothing and writes nothing: only the
 * address is listened on for a moment, at any free port, since a server that runs already has its own. Throws
 * `BadSetting` where a start would end with one. `given` are the settings that are not the defaults.
 */
export async function checkSettings(config: Config, given: readonly string[]): Promise<string> {
  const { host, registryPort, registryTlsPort, httpPort, web } = config
  await atPort(
    host,
    ['REGISTRY_PORT', registryPort],
    ['REGISTRY_TLS_PORT', registryTlsPort],
    () => {
      Bun.listen({ hostname: host, port: 0, socket: { data() {} } }).stop(true)
    },
  )
  const at = (port: number) => {
    const endpoint = fromElsewhere({ ip: host, port })
    return port === 0 ? `${endpoint.ip}, at any free port` : formatEndpoint(endpoint)
  }
  const shown: [what: string, how: string][] = [
    ['registry', registryPort === 'off' ? 'not without TLS' : at(registryPort)],
    ['registry, TLS', registryTlsPort === 'off' ? 'off' : at(registryTlsPort)],
    [
      'web page',
      httpPort === 0 ? at(0) : webUrlAt(config, fromElsewhere({ ip: host, port: httpPort })),
    ],
    ['directory', await directoryShown(config)],
    ['names', ['IP addresses', 'localhost', ...config.publicHosts].join(', ')],
    ['certificate', await certificateShown(config)],
    ['state', await stateShown(config)],
    ['connections', connectionsShown(config)],
    ['access code', config.accessCode === undefined ? 'none' : 'has to be said'],
    ["operator's key", config.operatorKey === undefined ? 'none' : 'set'],
    ['calls', callsShown(config)],
    ['health, metrics', web.metrics],
  ]
  const width = Math.max(...shown.map(([what]) => what.length))
  return [
    `Encontro ${version}: these settings can be used. Nothing was started.`,
    '',
    ...shown.map(([what, how]) => `  ${what.padEnd(width)}  ${how}`),
    '',
    given.length === 0 ? 'All settings are the defaults.' : 'Not the default:',
    ...given.map((line) => `  ${line}`),
  ].join('\n')
}

/** Of its address nothing: a password may stand in it. */
async function directoryShown({ engine }: Config): Promise<string> {
  if (!engine) return 'of this process alone'
  if (engine.caPath !== undefined) await checkEngineCa(engine.caPath)
  return `shared by ENGINE_URL, as ${engine.nodeName}`
}

async function certificateShown({ web: { tls } }: Config): Promise<string> {
  if (tls === undefined) return 'none: plain http'
  if (tls === 'auto') return 'made for this machine, and kept'
  const { until, fingerprint } = describeCertificate(await readCertificate(tls))
  return `${tls.certificatePath}, until ${until}, SHA-256 ${fingerprint}`
}

async function stateShown({ stateDirectory, sessionSecret, web }: Config): Promise<string> {
  if (sessionSecret !== undefined && web.tls !== 'auto') return 'nothing is kept'
  await inStateDirectory(stateDirectory, () => checkKept(stateDirectory))
  return stateDirectory
}

function connectionsShown({ limits: { maxConnections }, web }: Config): string {
  const limit = descriptorLimit()
  const shortage = shortageOf(maxConnections, limit)
  const lacks = shortage ? `; the descriptors are enough for ${shortage.enough}` : ''
  const page = web.limits.maxHttpConnections
  return `${maxConnections} to the registry, ${page} to the page (${limit ?? 'unknown'} descriptors${lacks})`
}

function callsShown({ calls, ice }: Config): string {
  const way = calls === 'relay' ? 'through the relay alone' : 'direct'
  return [way, ...ice.stunUrls, ...ice.turnUrls].join(', ')
}
