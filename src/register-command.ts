import { type Endpoint, formatEndpoint } from './endpoint.ts'

/** Where people reach the registry from a terminal, and what they need to register there. */
export type ShownRegistry = Endpoint &
  Readonly<{
    /** The registry speaks inside TLS on this port. */
    tls?: boolean
    /** The access code has to be said first. */
    code?: boolean
  }>

/** A command to paste into a terminal. It registers Bia. `code` stands where the access code goes. */
export function registerCommand(registry: ShownRegistry, code: string): string {
  const says = `${registry.code ? `echo auth,${code}; ` : ''}echo register,Bia,5002; cat`
  const dials = registry.tls
    ? `openssl s_client -quiet -connect ${formatEndpoint(registry)}`
    : `nc ${registry.ip} ${registry.port}`
  return `(${says}) | ${dials}`
}
