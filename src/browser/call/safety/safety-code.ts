import type { ChannelMessage } from '../connection/channel-message.ts'
import { fromBase64Url, toBase64Url } from '../signalling/signal.ts'

/** Which end this is: nobody can hand an end its own words back as somebody else's. */
export type Role = 'caller' | 'callee'

export type SafetyResult =
  /** Indices of symbols, the same at both ends if nobody is in between. */
  { verifiable: true; symbols: number[] } | { verifiable: false; why: SafetyProblem }

export type SafetyProblem =
  /** The browser computes no hashes on a page without TLS. */
  | 'insecure-page'
  /** The other end's words contradict each other, or the connection. */
  | 'mismatch'
  /** Somebody else has taken the other end's place; nothing is sent any more. */
  | 'stranger'
  /** The other end has said nothing for so long. What it says later still counts. */
  | 'silent'

/** Six of 64 symbols: 36 bits, and one guess, since both ends are bound before either shows. */
export const symbolsShown = 6
export const symbolCount = 64

const nonceBytes = 32
/** For the other end to answer, in milliseconds. */
const silenceMs = 15_000

type Step = (ChannelMessage & { kind: 'commit' }) | (ChannelMessage & { kind: 'reveal' })

export type SafetyParts = {
  role: Role
  /** The certificates in use at this end and at the other one, as the descriptions in force say. */
  certificates: () => { own: string[]; others: string[] }
  /** The other end's certificates as the connection really has them, where the browser tells. */
  certificatesInUse: () => Promise<string[]>
  send: (message: Step) => void
  onResult: (result: SafetyResult) => void
  subtle?: SubtleCrypto | undefined
  randomBytes?: (count: number) => Uint8Array<ArrayBuffer>
  later?: (task: () => void, milliseconds: number) => void
}

export type SafetyCode = {
  /** The channel is open: commits this end. */
  start: () => Promise<void>
  receive: (message: Step) => Promise<void>
  /** Something else proved that another machine is at the other end now. */
  fail: (why: 'mismatch' | 'stranger') => void
}

/**
 * Agrees on a short code for two people to compare by voice. As in ZRTP (RFC 6189, section 4.4)
 * each end is bound to its share, by a hash, before it sees the other's: a machine in between
 * cannot try out keys until the codes agree, and so has one guess.
 */
export function agreeOnSafetyCode(parts: SafetyParts): SafetyCode {
  const { role, send, subtle = globalThis.crypto?.subtle } = parts
  const { randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count)) } = parts
  const { later = (task, milliseconds) => void setTimeout(task, milliseconds) } = parts
  const otherRole: Role = role === 'caller' ? 'callee' : 'caller'

  let own: Share | undefined
  let commitment: string | undefined
  let committed = false
  let revealed = false
  let over = false
  let failed = false

  const finish = (result: SafetyResult) => {
    if (over) return
    over = true
    parts.onResult(result)
  }
  const mismatch = () => finish({ verifiable: false, why: 'mismatch' })

  function reveal(): void {
    if (!own || !committed || commitment === undefined || revealed) return
    revealed = true
    send({ kind: 'reveal', ...own })
  }

  async function judge(message: ChannelMessage & { kind: 'reveal' }): Promise<void> {
    // Bound to nothing, or not to what this end has shown: no code.
    if (!subtle || !own || commitment === undefined || !revealed) return mismatch()
    const theirs: Share = { fingerprints: message.fingerprints, nonce: message.nonce }
    if (fromBase64Url(theirs.nonce).length !== nonceBytes) return mismatch()
    if ((await commitTo(subtle, otherRole, theirs)) !== commitment) return mismatch()
    const now = parts.certificates()
    if (theirs.fingerprints.length === 0 || !sameTexts(theirs.fingerprints, now.others)) {
      return mismatch()
    }
    if (!sameTexts(own.fingerprints, now.own)) return mismatch()
    const inUse = await parts.certificatesInUse()
    if (!inUse.every((each) => now.others.includes(each))) return mismatch()
    if (failed) return
    const shares = role === 'caller' ? [own, theirs] : [theirs, own]
    finish({ verifiable: true, symbols: await symbolsOf(subtle, shares) })
  }

  return {
    async start() {
      if (own || over) return
      if (!subtle) return finish({ verifiable: false, why: 'insecure-page' })
      own = {
        fingerprints: parts.certificates().own,
        nonce: toBase64Url(randomBytes(nonceBytes)),
      }
      // A machine that is busy answers later: then there is a code after all.
      later(() => {
        if (!over) parts.onResult({ verifiable: false, why: 'silent' })
      }, silenceMs)
      send({ kind: 'commit', commitment: await commitTo(subtle, role, own) })
      committed = true
      reveal()
    },
    async receive(message) {
      if (over) return
      if (message.kind === 'reveal') return judge(message).catch(mismatch)
      // A second commitment would be a second guess.
      if (commitment !== undefined) return mismatch()
      commitment = message.commitment
      reveal()
    },
    fail(why) {
      failed = true
      over = true
      parts.onResult({ verifiable: false, why })
    },
  }
}

type Share = { fingerprints: string[]; nonce: string }

const sameTexts = (a: string[], b: string[]): boolean =>
  a.length === b.length && a.every((text, at) => text === b[at])

async function commitTo(subtle: SubtleCrypto, role: Role, share: Share): Promise<string> {
  // JSON keeps the parts apart: no two shares are written alike.
  const text = JSON.stringify(['encontro-commit-1', role, share.fingerprints, share.nonce])
  return toBase64Url(await sha256(subtle, text))
}

async function symbolsOf(subtle: SubtleCrypto, shares: Share[]): Promise<number[]> {
  const all = shares.map(({ fingerprints, nonce }) => [fingerprints, nonce])
  const hash = await sha256(subtle, JSON.stringify(['encontro-code-1', ...all]))
  return Array.from(hash.subarray(0, symbolsShown), (byte) => byte % symbolCount)
}

const sha256 = async (subtle: SubtleCrypto, text: string): Promise<Uint8Array> =>
  new Uint8Array(await subtle.digest('SHA-256', new TextEncoder().encode(text)))
