/** The one hash that browsers must know and do use for this (RFC 8827, section 6.5). */
export const hashName = 'sha-256'

/**
 * The one certificate that a session description names (RFC 8122), or nothing where it does so in
 * any other way than browsers write it. A server that hands descriptions on may have put lines into them
 * that one browser obeys and another parser overlooks: behind a lone CR, in capitals, after a tab.
 * So a line that looks unusual is not interpreted here: the whole description is refused.
 */
export function certificateOf(sdp: string): string | undefined {
  const lines = sdp.split(/\r?\n/)
  if (lines.pop() !== '' || !lines.every((line) => usualLine.test(line))) return undefined
  const named = new Set<string>()
  for (const line of lines) {
    // Firefox would ask the domain in such a line for the identity of the other end (RFC 8827, section 7).
    if (/^a=identity/i.test(line)) return undefined
    if (!/fingerprint/i.test(line)) continue
    const value = usualFingerprint.exec(line)?.[1]
    if (value === undefined) return undefined
    named.add(fingerprintText(value))
  }
  const [one, another] = named
  return another === undefined ? one : undefined
}

/** Printable ASCII: no character at which some parsers begin another line. */
const usualLine = /^[a-z]=[\x20-\x7e]*$/
const usualFingerprint = /^a=fingerprint:sha-256 ((?:[\dA-Fa-f]{2}:)+[\dA-Fa-f]{2})$/

/** One certificate's, written so that equal ones are equal texts. */
export const fingerprintText = (value: string): string => `${hashName} ${value.toUpperCase()}`
