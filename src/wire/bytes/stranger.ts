import type { Framing } from '../message.ts'

/**
 * The protocol of a browser or a scanner that dialled the registry's port. This may be an attack: a
 * web page can make a browser send a request to any port of this machine, and choose its body.
 * The first bytes decide, because a request line may be longer than our longest line. If they are no
 * known method, the first message decides (`isRequestLine`).
 */
export type Stranger = 'HTTP' | 'TLS'

const methods = [
  'GET ',
  'HEAD ',
  'POST ',
  'PUT ',
  'DELETE ',
  'OPTIONS ',
  'PATCH ',
  'CONNECT ',
  'TRACE ',
  'PRI ',
]

const initials = new Set(methods.map((method) => method.charCodeAt(0)))

/** Bytes that are enough to decide: the longest method and its space. */
export const strangerBytes = Math.max(...methods.map((method) => method.length))

/** `undefined` while more bytes are needed to decide; `null` if they are neither HTTP nor TLS. */
export function strangerOf(firstBytes: Buffer): Stranger | null | undefined {
  // A TLS record of the type handshake, in any version (RFC 8446, section 5.1).
  if (firstBytes[0] === 0x16)
    return firstBytes.length < 2 ? undefined : firstBytes[1] === 3 ? 'TLS' : null
  // Fast path: nearly every request begins with a small letter, and no method does.
  if (firstBytes.length > 0 && !initials.has(firstBytes[0] as number)) return null
  const text = firstBytes.toString('latin1', 0, strangerBytes)
  if (methods.some((method) => text.startsWith(method))) return 'HTTP'
  return methods.some((method) => method.startsWith(text)) ? undefined : null
}

/**
 * Whether the first message of a connection is an HTTP request line, with any method: a page may
 * choose the method (`fetch`), and after DNS rebinding nothing keeps it from our port. In bare framing
 * the message may be the beginning of a request line whose end has not come yet.
 */
export function isRequestLine(message: string, framing: Framing): boolean {
  if (/ HTTP\/\d(\.\d)?$/.test(message)) return true
  return framing === 'bare' && /^[^\s,]+ (\/|https?:)/.test(message) && !/,\d+$/.test(message)
}

const none = Buffer.alloc(0)

/** Decides from the first bytes of a connection, which may come in several chunks. */
export class FirstBytes {
  #bytes: Buffer | undefined = none

  get decided(): boolean {
    return this.#bytes === undefined
  }

  /** The stranger's protocol; `undefined` for a client, and while more bytes are needed. */
  judge(chunk: Buffer): Stranger | undefined {
    if (!this.#bytes) return undefined
    const first = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
    const stranger = strangerOf(first)
    this.#bytes = stranger === undefined ? Buffer.from(first) : undefined
    return stranger ?? undefined
  }
}

/** The one answer that a stranger gets (RFC 9110, section 15.5.1). */
export function strangerAnswer(webUrl: string | undefined): string {
  const [pt, en] = webUrl ? [` A página web: ${webUrl}`, ` The web page: ${webUrl}`] : ['', '']
  const text = `Aqui é o registro do Encontro, que não fala HTTP.${pt}\nThis is Encontro's registry, which does not speak HTTP.${en}\n`
  return [
    'HTTP/1.1 400 Bad Request',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
    '',
    text,
  ].join('\r\n')
}
