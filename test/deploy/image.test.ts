import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildah, makeImage } from '../../scripts/image/image.ts'
import { run } from '../../scripts/release/run.ts'
import { version } from '../../src/version.ts'
import { freePort } from '../support/deployed.ts'
import { eventually } from '../support/eventually.ts'
import { connectPeer } from '../support/peer.ts'
import { collect, portuguese } from '../support/process.ts'

const isRoot = process.getuid?.() === 0
const hasPrograms = Bun.which('buildah') !== null && Bun.which('mmdebstrap') !== null
const canBuild =
  process.platform === 'linux' && isRoot && (hasPrograms || process.env.CI === 'true')
const repository = join(import.meta.dir, '..', '..')

if (!canBuild) {
  console.warn('No image is built: that needs root, and apt-get install buildah mmdebstrap')
}

/** The user of the image, by whom nothing of it may be changed. */
const user = '10001:10001'

describe.skipIf(!canBuild)('the image', () => {
  let work: string
  let storage: string
  /** Its root, as a folder. */
  let root: string
  let state: string
  let config: Record<string, unknown> & { Env: string[]; Entrypoint: string[] }
  const ports = { HTTP_PORT: String(freePort()), REGISTRY_PORT: String(freePort()) }

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'encontro-image-'))
    state = join(work, 'state')
    mkdirSync(state, { mode: 0o700 })
    await run(['chown', user, state], work)
    const executable = join(work, 'encontro')
    await run([process.execPath, 'scripts/compile.ts', executable], repository)
    const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64'
    const archive = join(work, 'image.tar')
    const parts = {
      executable,
      architecture,
      version,
      madeAt: 1_790_000_000,
      archive,
      work,
    } as const
    await makeImage(parts)
    // As from a release: what is in the file, and not what was built.
    storage = join(work, 'elsewhere')
    const pull = [...buildah(storage), 'pull', '--quiet', `docker-archive:${archive}`]
    const name = (await run(pull, work)).trim()
    const inspect = [...buildah(storage), 'inspect', '--type=image', name]
    config = JSON.parse(await run(inspect, work)).Docker.config
    const container = (await run([...buildah(storage), 'from', '--pull=never', name], work)).trim()
    root = (await run([...buildah(storage), 'mount', container], work)).trim()
  }, 120_000)
  afterAll(() => rmSync(work, { recursive: true, force: true }))

  /** Runs a command as an engine would: as the image's user, in its root, which is read-only, with the volume. */
  function inside(command: string[]) {
    const script = `
      mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" &&
      mount --bind ${state} "$0/var/lib/encontro" && mount -t proc proc "$0/proc" &&
      root=$0 && exec chroot --userspec=${user} "$root" "$@"`
    const env = Object.fromEntries(config.Env.map((line) => line.split(/=(.*)/s).slice(0, 2)))
    return Bun.spawn(['unshare', '--mount', 'sh', '-c', script, root, ...command], {
      env: { ...portuguese, ...env, ...ports, PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  const askHealthy = async () => {
    const asked = inside(['/usr/bin/encontro', '--healthy'])
    const said = await new Response(asked.stdout).text()
    return { said, status: await asked.exited }
  }

  test('says what engines need to know', () => {
    expect(config).toMatchObject({
      User: user,
      Entrypoint: ['/usr/bin/encontro'],
      StopSignal: 'SIGTERM',
      Volumes: { '/var/lib/encontro': {} },
      ExposedPorts: { '3000/tcp': {}, '3001/tcp': {} },
      Healthcheck: { Test: ['CMD', '/usr/bin/encontro', '--healthy'] },
      Labels: { 'org.opencontainers.image.version': version },
    })
  })

  test('serves from a read-only root, and keeps its secret in the volume alone', async () => {
    expect(await askHealthy()).toMatchObject({ status: 1 })
    const server = inside(config.Entrypoint)
    const output = collect(server.stdout)
    const errors = collect(server.stderr)
    try {
      await eventually(`a start: ${errors()}`, () => output().includes('Para experimentar'))
      expect(await askHealthy()).toEqual({
        said: '{"status":"serving","why":"registers and answers"}\n',
        status: 0,
      })
      const page = await fetch(`http://127.0.0.1:${ports.HTTP_PORT}/`)
      expect([page.status, (await page.text()).includes('<title>')]).toEqual([200, true])
      const peer = await connectPeer({ ip: '127.0.0.1', port: Number(ports.REGISTRY_PORT) })
      expect(await peer.ask('register,Ana,5000')).toBe('success,Registrado com sucesso')
      peer.close()
      const { mode, uid } = statSync(join(state, 'session-secret'))
      expect([mode & 0o777, uid]).toEqual([0o600, 10_001])
    } finally {
      server.kill()
      expect(await server.exited).toBe(0)
    }
    expect(errors()).toBe('')
  }, 30_000)

  test('has nothing that its user may change, no shell, and says what it is made of', async () => {
    const changeable = ['find', root, '-xdev', '(', '-user', '10001', '-o', '-perm', '/022', ')']
    const found = await run([...changeable, '!', '-type', 'l', '-printf', '%P %m\n'], work)
    expect(found.trim().split('\n').sort()).toEqual(['tmp 1777', 'var/lib/encontro 700'])
    const programs = await run(
      ['find', root, '-type', 'f', '-path', '*bin/*', '-printf', '%P\n'],
      work,
    )
    expect(programs).toBe('usr/bin/encontro\n')
    const libc = await Bun.file(join(root, 'var/lib/dpkg/status.d/libc6')).text()
    expect(libc).toMatch(/^Package: libc6\n[\s\S]*^Version: 2\./m)
  })
})
