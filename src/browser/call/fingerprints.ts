/** The certificates that a session description names (RFC 8122), each once, in order. */
export function fingerprintsOf(sdp: string): string[] {
  const lines = sdp.matchAll(/^a=fingerprint:[ \t]*(\S+)[ \t]+([\dA-Fa-f:]+)[ \t]*\r?$/gm)
  const named = Array.from(lines, ([, hash = '', value = '']) => fingerprintText(hash, value))
  return [...new Set(named)].sort()
}

/** One certificate's, written so that equal ones are equal texts. */
export const fingerprintText = (hash: string, value: string): string =>
  `${hash.toLowerCase()} ${value.toUpperCase()}`
