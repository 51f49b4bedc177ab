import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig, settingNames } from '../../src/config/config.ts'
import { version } from '../../src/version.ts'

const root = join(import.meta.dir, '..', '..')

type Service = {
  image: string
  environment?: Record<string, string>
  volumes?: string[]
  networks?: string[] | Record<string, { ipv4_address?: string }>
  profiles?: string[]
  network_mode?: string
  read_only?: boolean
}

/** What the operator writes into `.env`. */
const given: Record<string, string> = {
  PUBLIC_HOSTS: 'encontro.example',
  TURN_SECRET: 'a-long-word',
  SESSION_SECRET: 'a secret for tests with 37 characters',
}

/** With the variables in it, as Compose puts them in; a list that is merged is YAML's own. */
const text = readFileSync(join(root, 'compose.yaml'), 'utf8').replaceAll(
  /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g,
  (_, name, kind, rest) => given[name] ?? (kind === '-' ? rest : `${name} is not given`),
)
const compose = Bun.YAML.parse(text) as {
  services: Record<string, Service>
  networks: Record<string, { internal?: boolean } | null>
  volumes: Record<string, unknown>
}
const { services } = compose
const ours = ['encontro', 'one', 'two']

describe('compose.yaml', () => {
  test.each(ours)('has settings that %s starts with', (name) => {
    const { image, read_only, environment: said = {} } = services[name] as Service
    // In the environment of a process everything is text.
    const environment = Object.fromEntries(
      Object.entries(said).map(([setting, value]) => [setting, String(value ?? '')]),
    )
    expect({ image, read_only }).toEqual({ image: `encontro:${version}`, read_only: true })
    expect(Object.keys(environment).filter((each) => !settingNames.includes(each))).toEqual([])
    const config = readConfig({ HOST: '0.0.0.0', ...environment })
    expect(config.ice.turnUrls).toEqual(['turn:encontro.example:3478'])
    expect(config.engine === undefined).toBe(name === 'encontro')
  })

  test('mounts files that there are', () => {
    const mounted = Object.values(services)
      .flatMap(({ volumes = [] }) => volumes)
      .map((volume) => volume.split(':')[0] as string)
    const files = mounted.filter((source) => source.startsWith('./'))
    // The certificate is the operator's.
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual(['./encontro.pem'])
    const kept = mounted.filter((source) => !source.startsWith('./'))
    expect(kept.filter((volume) => !(volume in compose.volumes))).toEqual([])
  })

  test('gives the nodes and the balancer the addresses that HAProxy and the nodes know', () => {
    const addressOf = (name: string) => {
      const networks = services[name]?.networks as Record<string, { ipv4_address?: string }>
      return networks.nodes?.ipv4_address ?? ''
    }
    const haproxy = readFileSync(join(root, 'deploy', 'haproxy.cfg'), 'utf8')
    const servers = [...haproxy.matchAll(/^ {2}server (\w+) ([\d.]+):(\d+)/gm)]
    expect(servers.map(([, name, ip, port]) => `${name} ${ip} ${port}`)).toEqual([
      `one ${addressOf('one')} 3000`,
      `two ${addressOf('two')} 3000`,
      `one ${addressOf('one')} 3001`,
      `two ${addressOf('two')} 3001`,
    ])
    for (const node of ['one', 'two']) {
      const { web, isRegistryProxy } = readConfig({ ...services[node]?.environment })
      expect(web.isTrustedProxy(addressOf('balancer'))).toBe(true)
      expect(isRegistryProxy(addressOf('balancer'))).toBe(true)
      expect(isRegistryProxy(addressOf('one'))).toBe(false)
    }
  })

  test('lets nobody but the servers reach the engine', () => {
    expect(compose.networks.engine).toEqual({ internal: true })
    expect(services.valkey?.networks).toEqual(['engine'])
    const there = Object.entries(services).filter(([, { networks = [] }]) =>
      (Array.isArray(networks) ? networks : Object.keys(networks)).includes('engine'),
    )
    expect(there.map(([name]) => name).sort()).toEqual(['one', 'two', 'valkey'])
  })

  test('starts one server unless it is asked for more', () => {
    const plain = Object.entries(services).filter(([, { profiles }]) => profiles === undefined)
    expect(plain.map(([name]) => name).sort()).toEqual(['coturn', 'encontro'])
  })

  test.skipIf(!Bun.which('docker-compose'))('is understood by Compose itself', () => {
    const words = ['--profile', 'scale', 'config', '--quiet']
    const { exitCode, stderr } = Bun.spawnSync(['docker-compose', ...words], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', ...given },
    })
    expect({ exitCode, errors: stderr.toString() }).toEqual({ exitCode: 0, errors: '' })
  })
})
