/** How a server lets us in. */
export type Access = Readonly<{
  username: string | undefined
  password: string | undefined
  tls: { ca: string | undefined } | undefined
}>
