import { createPrivateKey, KeyObject, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { keep, readKept } from '../host/state-directory.ts'

/** A certificate with its chain, and its private key, in PEM. */
export type Certificate = Readonly<{ cert: string; key: string }>

/** The names and addresses by which the page can be reached. */
export type ReachableAs = { names: readonly string[]; addresses: readonly string[] }

const dayMs = 24 * 60 * 60 * 1000
/** Apple's devices refuse a certificate with a longer lifetime (support.apple.com/102028). */
const lifetimeMs = 397 * dayMs
/** A certificate that ends in less than this is replaced at the next check. */
const renewedBeforeMs = 30 * dayMs
/** In the state directory. */
const fileName = 'self-signed.pem'
/** A browser's clock may be behind ours. */
const backdatedMs = dayMs

/**
 * Our self-signed certificate, with its key. The one kept in `directory` is used again. A new one is
 * made if there is none, it is about to end, or it lacks a name or an address.
 */
export async function selfSignedCertificate(
  directory: string,
  reachableAs: ReachableAs,
  nowMs: number,
): Promise<Certificate> {
  const kept = split((await readKept(directory, fileName)) ?? '')
  if (kept && isGood(kept, reachableAs, nowMs)) return kept
  const made = await makeCertificate(reachableAs, nowMs)
  await keep(directory, fileName, made.key + made.cert)
  return made
}

/** The result of `parse`, or `undefined` if it throws. For parsers whose error does not matter. */
export function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}

function split(text: string): Certificate | undefined {
  const block = (label: string) =>
    new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----\\n`).exec(text)?.[0]
  const [cert, key] = [block('CERTIFICATE'), block('PRIVATE KEY')]
  return cert && key ? { cert, key } : undefined
}

function isGood({ cert, key }: Certificate, reachableAs: ReachableAs, nowMs: number): boolean {
  const certificate = attempt(() => new X509Certificate(cert))
  const privateKey = attempt(() => createPrivateKey(key))
  if (!certificate || !privateKey || !certificate.checkPrivateKey(privateKey)) return false
  const { validFromDate, validToDate } = certificate
  if (nowMs < validFromDate.getTime() || nowMs > validToDate.getTime() - renewedBeforeMs) {
    return false
  }
  const covers = (address: string) => certificate.checkIP(address) !== undefined
  const { names, addresses } = reachableAs
  const fours = addresses.filter((address) => isIP(address) === 4)
  const sixes = addresses.filter((address) => isIP(address) === 6)
  return (
    names.every((name) => certificate.checkHost(name) !== undefined) &&
    fours.every(covers) &&
    // One IPv6 address is enough. Many systems get a new one every day beside a stable one, and a new
    // certificate every day would mean a new warning every day.
    (sixes.length === 0 || sixes.some(covers))
  )
}

async function makeCertificate(
  { names, addresses }: ReachableAs,
  nowMs: number,
): Promise<Certificate> {
  // Loaded only when needed, about once a year, because it takes about 100 ms.
  await import('reflect-metadata')
  const x509 = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Encontro',
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs - backdatedMs + lifetimeMs),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      // Not a CA: a person who trusts this certificate trusts no other one signed with its key.
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...names.map((value) => ({ type: 'dns' as const, value })),
        ...addresses.map((value) => ({ type: 'ip' as const, value })),
      ]),
    ],
  })
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' })
  return { cert: `${certificate.toString('pem').trimEnd()}\n`, key: String(key) }
}
