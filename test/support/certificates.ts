import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { type Certificate, selfSignedCertificate } from '../../src/tls/self-signed.ts'

/** A directory for one test. */
export function newDirectory(): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'encontro-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}

/** A certificate for this test alone, good for `localhost` and 127.0.0.1. */
export async function newCertificate(): Promise<Certificate> {
  using directory = newDirectory()
  const reachableAs = { names: ['localhost'], addresses: ['127.0.0.1'] }
  return await selfSignedCertificate(directory.path, reachableAs, Date.now())
}

/** Writes it where `TLS_CERT` and `TLS_KEY` say. */
export async function writeCertificate(directory: string, { cert, key }: Certificate) {
  const files = { TLS_CERT: join(directory, 'cert.pem'), TLS_KEY: join(directory, 'key.pem') }
  await Bun.write(files.TLS_CERT, cert)
  await Bun.write(files.TLS_KEY, key)
  return files
}

/** The fingerprint of what is served to a new connection. */
export function servedAt(url: string): Promise<string> {
  const { port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect({ host: '127.0.0.1', port: Number(port), rejectUnauthorized: false })
  socket.on('error', reject)
  socket.on('secureConnect', () => {
    resolve(socket.getPeerCertificate().fingerprint256)
    socket.destroy()
  })
  return promise
}
