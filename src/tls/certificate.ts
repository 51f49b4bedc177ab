import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { BadSetting, type Config } from '../config/config.ts'
import type { TlsConfig } from '../config/web-config.ts'
import { reachableAs } from '../host/own-addresses.ts'
import { attempt, type Certificate, selfSignedCertificate } from './self-signed.ts'

export type { Certificate } from './self-signed.ts'

/** Reads the operator's files. Throws `BadSetting`, which names the setting and says what is wrong. */
export async function readCertificate({
  certificatePath,
  keyPath,
}: {
  certificatePath: string
  keyPath: string
}): Promise<Certificate> {
  const bad = (setting: 'TLS_CERT' | 'TLS_KEY', why: string) => {
    const path = setting === 'TLS_CERT' ? certificatePath : keyPath
    return new BadSetting(`${setting}=${JSON.stringify(path)}: ${why}`)
  }
  const cert = await readPem(certificatePath, (why) => bad('TLS_CERT', why))
  const key = await readPem(keyPath, (why) => bad('TLS_KEY', why))
  const certificate = attempt(() => new X509Certificate(cert))
  if (!certificate) throw bad('TLS_CERT', 'holds no certificate in PEM')
  const privateKey = attempt(() => createPrivateKey(key))
  if (!privateKey) throw bad('TLS_KEY', 'holds no private key in PEM without a passphrase')
  if (!certificate.checkPrivateKey(privateKey)) {
    throw bad('TLS_KEY', `is not the key of ${JSON.stringify(certificatePath)}`)
  }
  if (!attempt(() => createSecureContext({ cert, key }))) {
    throw bad('TLS_CERT', 'cannot be used for TLS')
  }
  return { cert, key }
}

/**
 * Whether the file with those whom an engine's certificate may be signed by can be used. Throws `BadSetting`
 * otherwise: the engine's client reads it at each connection, and could tell nothing but that none is made.
 */
export async function checkEngineCa(path: string): Promise<void> {
  const bad = (why: string) => new BadSetting(`ENGINE_CA=${JSON.stringify(path)}: ${why}`)
  const ca = await readPem(path, bad)
  if (!attempt(() => new X509Certificate(ca))) throw bad('holds no certificate in PEM')
}

/** The last day of a certificate, and its SHA-256 fingerprint to compare with the browser's. */
export function describeCertificate({ cert }: Certificate): { until: string; fingerprint: string } {
  const { validToDate, fingerprint256 } = new X509Certificate(cert)
  return { until: validToDate.toISOString().slice(0, 10), fingerprint: fingerprint256 }
}

/** The certificate in the operator's files, or our self-signed one in `stateDirectory`. */
export function certificateOf(
  tls: NonNullable<TlsConfig>,
  { stateDirectory, publicHosts }: Pick<Config, 'stateDirectory' | 'publicHosts'>,
): Promise<Certificate> {
  if (tls !== 'auto') return readCertificate(tls)
  const { names, addresses } = reachableAs()
  const all = { names: [...new Set([...names, ...publicHosts])], addresses }
  return selfSignedCertificate(stateDirectory, all, Date.now())
}

async function readPem(path: string, bad: (why: string) => BadSetting): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw bad(error instanceof Error ? error.message : String(error))
  }
}
