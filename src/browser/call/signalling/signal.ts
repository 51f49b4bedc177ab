/**
 * What two pages say to each other by way of the server before they can speak directly, and about
 * that. It comes from the other end: nothing in it is believed to have a shape.
 */
export type Signal =
  /** `offer` counts the offers of one end; an answer names the one that it answers. */
  | { description: { type: 'offer' | 'answer'; sdp: string }; offer?: number }
  /** An empty candidate says that there are no more (RFC 8838, section 8.2). */
  | { candidate: RTCIceCandidateInit }

/** As it travels: base64url of JSON. */
export function encodeSignal(signal: Signal): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(signal)))
}

export function decodeSignal(payload: string): Signal | undefined {
  try {
    return readSignal(JSON.parse(new TextDecoder().decode(fromBase64Url(payload))))
  } catch {
    return undefined
  }
}

function readSignal(value: unknown): Signal | undefined {
  const { description, candidate, offer } = fieldsOf(value)
  if (description !== undefined) {
    const { type, sdp } = fieldsOf(description)
    if ((type !== 'offer' && type !== 'answer') || typeof sdp !== 'string') return undefined
    return { description: { type, sdp }, ...(typeof offer === 'number' ? { offer } : {}) }
  }
  if (candidate === undefined) return undefined
  const { candidate: line, sdpMid, sdpMLineIndex, usernameFragment } = fieldsOf(candidate)
  // Firefox writes it into the description as it is: it must not bring lines of its own.
  if (typeof line !== 'string' || !/^[\x20-\x7e]*$/.test(line)) return undefined
  return {
    candidate: {
      candidate: line,
      sdpMid: typeof sdpMid === 'string' ? sdpMid : null,
      sdpMLineIndex: typeof sdpMLineIndex === 'number' ? sdpMLineIndex : null,
      usernameFragment: typeof usernameFragment === 'string' ? usernameFragment : null,
    },
  }
}

/** The fields of whatever it is; none where it is no object. */
export const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

export function toBase64Url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

export function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0))
}
