/** Another person in the call, as the pictures know them. */
export type Member = {
  /** Stable for as long as this person stays. */
  key: string
  name: string
  ip: string
  link: 'connecting' | 'up' | 'broken'
}
