/**
 * Who registers in the works: peers with a number, which says their name and their address. None
 * has a port of the machine as its call port, nor two the same address.
 */

/** As long for all of them, so that lists are as long. */
export const nameOf = (peer: number): string => `p${`${peer}`.padStart(5, '0')}`

const firstNames = ['Ana', 'Bia', 'Caio', 'Davi', 'Elisa', 'Fábio', 'Gabi', 'Heitor', 'Inês']
const surnames = ['Almeida', 'Barros', 'Cardoso', 'Gonçalves', 'Lima', 'Magalhães', 'Pinto']

/** As people are called, for pages that people see. */
export function fullNameOf(peer: number): string {
  const first = firstNames[peer % firstNames.length]
  const surname = surnames[Math.floor(peer / firstNames.length) % surnames.length]
  return `${first} ${surname} ${peer}`
}

/** Counted from 127.0.0.0. */
export const sourceOf = (peer: number): number => 0x01_00_00 + peer

/** The sources of peers that come and go, away from those that stay. */
export const passingSource = 0x40_00_00

const callPort = 5_000

export const registrationOf = (peer: number): string => `register,${nameOf(peer)},${callPort}\n`

export const detailsOf = (peer: number): string => `details,${nameOf(peer)}\n`

/** What `details` says of a peer: without its newline. */
export function addressOf(peer: number): string {
  const source = sourceOf(peer)
  return `127.${source >> 16}.${(source >> 8) & 0xff}.${source & 0xff},${callPort}`
}

/** The numbers from `first` on. */
export const peers = (count: number, first = 0): number[] =>
  Array.from({ length: count }, (_, index) => first + index)
