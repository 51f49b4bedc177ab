/** Where something listens, or where a connection comes from. `ip` is canonical. */
export type Endpoint = Readonly<{ ip: string; port: number }>

/** `IP:PORT` as people write it: an IPv6 address in brackets (RFC 3986, section 3.2.2). */
export const formatEndpoint = ({ ip, port }: Endpoint): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
