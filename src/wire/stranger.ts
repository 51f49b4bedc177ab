import type { Framing } from './message.ts'

/**
 * Browsers and scanners that dial the registry's port by mistake, or on purpose: a web page can
 * make a browser send a request with a body of the page's choosing to any port of this machine.
 * Judged by the first bytes, since a request line may be longer than any line limit; and where those
 * are no method that is known, by the first line. One that is too long closes the connection.
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

/** How many bytes decide: the longest method and its space. */
export const strangerBytes = Math.max(...methods.map((method) => method.length))

/** `undefined` while the bytes may still become either; `null` when they are neither. */
export function strangerOf(firstBytes: Buffer): Stranger | null | undefined {
  // A TLS record of type handshake, of any version (RFC 8446, section 5.1).
  if (firstBytes[0] === 0x16)
    return firstBytes.length < 2 ? undefined : firstBytes[1] === 3 ? 'TLS' : null
  // Nearly every client is known by its first letter: requests are in small ones.
  if (firstBytes.length > 0 && !initials.has(firstBytes[0] as number)) return null
  const text = firstBytes.toString('latin1', 0, strangerBytes)
  if (methods.some((method) => text.startsWith(method))) return 'HTTP'
  return methods.some((method) => method.startsWith(text)) ? undefined : null
}

/**
 * Whether a connection that begins with this message is a browser's, whatever it begins with: a page
 * may choose the method (`fetch`), and after DNS rebinding nothing keeps it from our port. A first
 * client's may be a request line whose end has not come yet.
 */
export function isRequestLine(message: string, framing: Framing): boolean {
  if (/ HTTP\/\d(\.\d)?$/.test(message)) return true
  return framing === 'bare' && /^[^\s,]+ (\/|https?:)/.test(message) && !/,\d+$/.test(message)
}

const none = Buffer.alloc(0)

/** Judges one connection by the bytes that it begins with, in however many chunks they come. */
export class FirstBytes {
  #bytes: Buffer | undefined = none

  get decided(): boolean {
    return this.#bytes === undefined
  }

  /** What dialled here, once that is certain; `undefined` while it is not, and for a client. */
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
