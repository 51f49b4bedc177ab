import type { Signal } from './signal.ts'

/**
 * A signal without any address of this end but its relays'. A browser that is told to use relays alone
 * may still name the address behind one (`raddr`), and its own in the description. `undefined` where
 * nothing is left to say.
 */
export function withoutOwnAddresses(signal: Signal): Signal | undefined {
  if ('description' in signal) {
    const { type, sdp } = signal.description
    const lines = sdp.split(/\r\n|\r|\n/).flatMap((line) => lineWithout(line) ?? [])
    return { ...signal, description: { type, sdp: lines.join('\r\n') } }
  }
  const { candidate = '' } = signal.candidate
  const kept = candidateWithout(candidate)
  return kept === undefined ? undefined : { candidate: { ...signal.candidate, candidate: kept } }
}

/** The address that a description names beside its candidates is of no use to ICE (RFC 8840, 4.1.1). */
function lineWithout(line: string): string | undefined {
  if (/^a=candidate:/i.test(line)) return candidateWithout(line)
  return line
    .replace(/^c=IN IP[46] .*$/, 'c=IN IP4 0.0.0.0')
    .replace(/^a=rtcp:\d+ IN IP[46] .*$/, 'a=rtcp:9 IN IP4 0.0.0.0')
    .replace(/^m=(\w+) [1-9]\d* /, 'm=$1 9 ')
    .replace(/^(o=\S+ \d+ \d+ IN) IP[46] .*$/, '$1 IP4 127.0.0.1')
}

function candidateWithout(line: string): string | undefined {
  // That there are no more.
  if (line === '') return line
  if (!/ typ relay\b/i.test(line)) return undefined
  return line.replace(/ raddr \S+ rport \d+/i, ' raddr 0.0.0.0 rport 0')
}
