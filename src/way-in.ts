import { type Endpoint, formatEndpoint } from './endpoint.ts'

/** Where the registry is, and what it takes for somebody at a terminal to get in. */
export type WayIn = Endpoint &
  Readonly<{
    /** It speaks inside TLS there. */
    tls?: boolean
    /** An access code has to be said first. */
    code?: boolean
  }>

/** A line to paste into a terminal, which registers Bia. `code` stands where the access code goes. */
export function registerByHand(to: WayIn, code: string): string {
  const says = `${to.code ? `echo auth,${code}; ` : ''}echo register,Bia,5002; cat`
  const dials = to.tls
    ? `openssl s_client -quiet -connect ${formatEndpoint(to)}`
    : `nc ${to.ip} ${to.port}`
  return `(${says}) | ${dials}`
}
