/**
 * Hundreds of clients of every kind for as long as one likes: `bun scripts/soak.ts SECONDS [SEED]`.
 * Ends with status 1 where something is left of them.
 */

import { soak } from '../test/soak/soak.ts'
import { shown } from '../test/support/neighbour.ts'

const seconds = Number(process.argv[2] ?? 600)
const seed = Number(process.argv[3] ?? Date.now() % 2_147_483_647)
console.log(`${seconds} s, seed ${seed}`)
const { visits, waits, before, after, bugs, errors } = await soak({ seconds, seed, clients: 300 })
console.log(`visits: ${JSON.stringify(visits)}`)
console.log(`a neighbour meanwhile: ${shown(waits)}`)
console.log('before', before)
console.log('after ', after)
const left = after.presence.length > 0 || after.descriptors !== before.descriptors
if (bugs.length > 0 || errors !== '' || left) {
  console.error(left ? 'something is left' : 'bugs', bugs, errors)
  process.exit(1)
}
