import { startFar } from '../../test/support/network-call.ts'
import { type BadNetwork, badNetworks, callOver, changeOver, changes } from '../network-calls.ts'
import type { Pace, Row, Work } from '../work.ts'

/** A call takes half a minute, most of it waiting: fewer rounds than of other works. */
const most = 3

/** Calls between two browsers over bad networks, and over networks that change. Needs root. */
export const networks: Work = {
  name: 'networks',
  async measure(pace) {
    const rounds = pace.size === 'full' ? Math.min(pace.rounds, most) : 1
    const names = Object.keys(badNetworks) as (keyof typeof badNetworks)[]
    const chosen = pace.size === 'full' ? names : names.slice(0, 1)
    const rows = newRows()
    for (const name of chosen) await callsOver(rows, name, badNetworks[name], rounds, pace)
    if (pace.size === 'full') await callsThatChange(rows, rounds)
    return Object.values(rows).filter(({ samples }) => Object.keys(samples).length > 0)
  },
}

const row = (work: string, unit: string): Row => ({
  work,
  unit,
  samples: {},
  ratios: [],
  notes: [],
})

const newRows = () => ({
  connect: row('from the answer until both talk', 's'),
  seen: row('from the answer until both hear and see', 's'),
  concealed: row('sound that the browser made up', '%'),
  loss: row('loss, as the panel shows it', '%'),
  roundTrip: row('round trip, as the panel shows it', 'ms'),
  sound: row('from a change of network until both hear and see', 's'),
  server: row('from a change of network until the page hears of the server', 's'),
})

type Rows = ReturnType<typeof newRows>

const add = ({ samples }: Row, name: string, sample: number): void => {
  samples[name] = [...(samples[name] ?? []), sample]
}

async function callsOver(
  rows: Rows,
  name: string,
  { cable, far: options }: BadNetwork,
  rounds: number,
  { size }: Pace,
): Promise<void> {
  await using far = await startFar(options)
  for (let round = 0; round < rounds; round += 1) {
    const found = await callOver(far, cable ?? {}, size === 'full' ? 12 : 3)
    add(rows.connect, name, found.connectSeconds)
    add(rows.seen, name, found.heardAndSeenSeconds)
    add(rows.concealed, name, found.concealed * 100)
    add(rows.loss, name, found.lossPercent)
    add(rows.roundTrip, name, found.roundTripMs)
    const way = found.relay === undefined ? 'direct' : `by TURN over ${found.relay}`
    rows.connect.notes.push(`${name}: ${way}, the panel says ${found.grade}`)
  }
}

async function callsThatChange(rows: Rows, rounds: number): Promise<void> {
  await using far = await startFar()
  for (const [name, change] of Object.entries(changes)) {
    for (let round = 0; round < rounds; round += 1) {
      const found = await changeOver(far, change)
      add(rows.sound, name, found.soundSeconds)
      add(rows.server, name, found.serverSeconds)
    }
  }
}
