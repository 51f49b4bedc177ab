import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { describeCertificate } from '../../src/tls/certificate.ts'
import {
  newCertificate,
  newDirectory,
  servedAt,
  writeCertificate,
} from '../support/certificates.ts'
import { startProcess } from '../support/process.ts'

const thief = join(import.meta.dir, '..', 'support', 'port-thief.ts')
const renewals = 8

/** Shakes hands over and over until told to stop. Resolves with what happened how often. */
function dialWithoutPause(port: number) {
  let isOver = false
  const counts: Record<string, number> = {}
  const once = () =>
    new Promise<string>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
      socket.on('secureConnect', () => resolve('welcome'))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
      socket.on('close', () => resolve('closed'))
    })
  async function dial() {
    while (!isOver) {
      const outcome = await once()
      counts[outcome] = (counts[outcome] ?? 0) + 1
    }
    return counts
  }
  const done = dial()
  return {
    end() {
      isOver = true
      return done
    },
  }
}

test('while certificates are renewed everybody is let in, and nobody else gets the ports', async () => {
  using directory = newDirectory()
  const certificates = [await newCertificate(), await newCertificate()] as const
  const files = await writeCertificate(directory.path, certificates[0])
  await using house = await startProcess({
    ...files,
    REGISTRY_TLS_PORT: '0',
    TRUSTED_ADDRESSES: '127.0.0.1',
  })
  const tlsPort = Number(/Servidor iniciado em \S+:(\d+) \(TLS\)/.exec(house.output())?.[1])
  const ports = [tlsPort, Number(new URL(house.url).port)]
  const other = Bun.spawn([process.execPath, thief, ...ports.map(String)], { stdout: 'pipe' })
  const dialling = ports.flatMap((port) => [dialWithoutPause(port), dialWithoutPause(port)])
  try {
    for (let round = 1; round <= renewals; round += 1) {
      const next = certificates[round % 2 === 0 ? 0 : 1]
      const { fingerprint } = describeCertificate(next)
      await writeCertificate(directory.path, next)
      const before = house.output().split(fingerprint).length
      house.signal('SIGHUP')
      while (house.output().split(fingerprint).length === before) await Bun.sleep(20)
      for (const port of ports) {
        expect(await servedAt(`https://127.0.0.1:${port}`)).toBe(fingerprint)
      }
    }
  } finally {
    other.kill('SIGTERM')
  }
  for (const { end } of dialling) {
    const counts = await end()
    expect(Object.keys(counts)).toEqual(['welcome'])
    expect(counts.welcome).toBeGreaterThan(renewals)
  }
  expect(await new Response(other.stdout).text()).toBe('trying\n[]\n')
}, 60_000)
