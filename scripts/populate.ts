/**
 * Fills the directory with invented peers, over TCP like anybody else, until it is interrupted:
 * `bun run populate 50`. HOST and REGISTRY_PORT say where the registry is.
 */
import { connectRegistry, type RegistryClient } from '../src/client/registry-client.ts'
import { BadSetting, type Config, readConfig, settingNames } from '../src/config/config.ts'
import { readEnvironment } from '../src/config/environment.ts'
import { fromHere } from '../src/host/own-addresses.ts'

const firstNames =
  'Ana Bia Caio Davi Elisa Fábio Gabi Heitor Inês João Kátia Lucas Marina Nuno Olívia Pedro Raquel Sofia Tomás Vera Yara Zeca'.split(
    ' ',
  )
const surnames =
  'Almeida Barros Cardoso Duarte Esteves Ferreira Gonçalves Henriques Lima Macedo Nunes Oliveira Pinto Ramos Santos Teixeira Vasconcelos Xavier'.split(
    ' ',
  )

const wanted = Number(process.argv[2] ?? '20')
if (!Number.isInteger(wanted) || wanted < 1 || wanted > 15_000) {
  console.error('Usage: bun run populate N, with N from 1 to 15000')
  process.exit(1)
}

const config = configOrExit()
if (config.registryPort === 'off') {
  console.error('REGISTRY_PORT="off": must be a port: this script does not speak TLS')
  process.exit(1)
}
const registry = fromHere({ ip: config.host, port: config.registryPort })
const peers: RegistryClient[] = []
let refused = 0

// From the first of them on: nobody may be left behind.
process.on('SIGINT', leave)
process.on('SIGTERM', leave)

for (let number = 0; number < wanted; number += 1) {
  const first = firstNames[number % firstNames.length]
  const surname = surnames[Math.floor(number / firstNames.length) % surnames.length]
  const lap = Math.floor(number / (firstNames.length * surnames.length))
  const name = `${first} ${surname}${lap === 0 ? '' : ` ${lap + 1}`}`
  try {
    const peer = await connectRegistry({
      hostname: registry.ip,
      port: registry.port,
      onLost: ended,
    })
    if (config.accessCode) await peer.ask({ verb: 'auth', secret: config.accessCode })
    const answer = await peer.ask({ verb: 'register', name, callPort: 20_000 + number })
    if (answer.ok) {
      peers.push(peer)
    } else {
      refused += 1
      peer.close()
    }
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : error}`)
    process.exit(1)
  }
}
console.log(`${peers.length} registered, ${refused} refused. Ctrl-C takes them out again.`)

function configOrExit(): Config {
  try {
    return readConfig(readEnvironment(settingNames))
  } catch (error) {
    if (!(error instanceof BadSetting)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

async function leave(): Promise<void> {
  await Promise.allSettled(peers.map((peer) => peer.ask({ verb: 'quit' })))
  process.exit(0)
}

function ended(why: Error): void {
  console.error(`The registry is gone: ${why.message}`)
  process.exit(1)
}
