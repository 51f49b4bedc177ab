/** A frame of a WebSocket as a browser sends it (RFC 6455, section 5.2), masked with zeros. */
export function frame(opcode: number, payload: Buffer, { final = true } = {}): Buffer {
  const first = (final ? 0x80 : 0) | opcode
  const { length } = payload
  const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([first, ...size, 0, 0, 0, 0]), payload])
}
