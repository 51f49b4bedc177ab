import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pagesOnlyPath } from '../../test/support/lean-chromium.ts'
import { root } from '../encontro.ts'
import { type Film, writeFilms } from '../visits/filmstrip.ts'
import { openSite, type Site } from '../visits/site.ts'
import { type Line, type Visited, visit } from '../visits/visit.ts'
import { inTurn, type Row, type Work } from '../work.ts'

/** Nearly all of a visit is waiting for the line, so its figures differ little from round to round. */
const mostRounds = 5

/** Of a phone with poor reception. */
const poorLine: Line = { kilobitsPerSecond: 400, latencyMs: 400 }
const fastLine: Line = { kilobitsPerSecond: 100_000, latencyMs: 1 }

/**
 * The first visit of a person with a phone on a poor line: what comes, and after how long. Beside it an older
 * version, from the folder `ENCONTRO_BEFORE`. With `ENCONTRO_FILM`, a folder, one visit of each is filmed.
 */
export const visits: Work = {
  name: 'visits',
  async measure(pace) {
    if (!existsSync(pagesOnlyPath)) {
      const notes = ['left out: there is no Chromium here (apt-get install chromium)']
      return [{ work: 'visits', unit: 'ms', samples: {}, ratios: [], notes }]
    }
    const isFull = pace.size === 'full'
    const [few, many, line] = isFull ? [200, 10_000, poorLine] : [60, 100, fastLine]
    await using stack = new AsyncDisposableStack()
    const sites: Record<string, Site> = {}
    for (const [name, folder] of versions()) {
      const site = stack.use(await openSite(folder))
      await site.fillTo(few)
      sites[name] = site
    }
    const rounds = Math.min(pace.rounds, mostRounds)
    const visited = await inTurn(
      rounds,
      mapped(sites, ({ url, listed }) => {
        let number = 0
        return () => visit({ url, listed, line, name: `Visita ${++number}` })
      }),
    )

    const folder = process.env.ENCONTRO_FILM
    if (folder) await film(resolve(folder), sites, line)

    const lists: Record<string, number[]> = {}
    for (const [name, site] of Object.entries(sites)) {
      await site.fillTo(many)
      lists[name] = [(await site.listBytes()) / 1_000]
    }
    const rows = figures.map(([work, unit, figure]) =>
      row(
        work,
        unit,
        mapped(visited, (all) => all.map(figure)),
      ),
    )
    rows[0]?.notes.push(
      `each way ${line.kilobitsPerSecond} kbit/s, ${line.latencyMs} ms; bytes are those on the wire, with headers and without what comes by the WebSocket`,
    )
    return [...rows, row(`a list of 50 of ${many} people, without headers`, 'KB', lists)]
  },
}

/** Each with the folder that it runs from. */
function versions(): [name: string, folder: string][] {
  const before = process.env.ENCONTRO_BEFORE
  return before
    ? [
        ['encontro', root],
        ['before', resolve(before)],
      ]
    : [['encontro', root]]
}

const figures: [work: string, unit: string, figure: (visited: Visited) => number][] = [
  ['the form: requests', 'requests', ({ form }) => form.requests],
  ['the form: bytes', 'KB', ({ form }) => form.bytes / 1_000],
  ['the form: what its first picture waits for', 'files', ({ form }) => form.blocking],
  ['the form: first contentful paint', 'ms', ({ form }) => form.paintMs],
  ['address to live list, without typing', 'ms', ({ form, list }) => form.loadMs + list.liveMs],
  ['press to live list', 'ms', ({ list }) => list.liveMs],
  ['press to live list: requests', 'requests', ({ list }) => list.untilLive.requests],
  ['press to live list: bytes', 'KB', ({ list }) => list.untilLive.bytes / 1_000],
  ['the list, whole: requests', 'requests', ({ list }) => list.whole.requests],
  ['the list, whole: bytes', 'KB', ({ list }) => list.whole.bytes / 1_000],
  ['the list again: requests', 'requests', ({ again }) => again.requests],
  ['the list again: bytes', 'KB', ({ again }) => again.bytes / 1_000],
  ['the list again: address to live list', 'ms', ({ again }) => again.liveMs],
]

const row = (work: string, unit: string, samples: Record<string, number[]>): Row => ({
  work,
  unit,
  samples,
  ratios: samples.before ? [{ of: 'encontro', over: 'before' }] : [],
  notes: [],
})

/** Visits of their own, so that what the camera costs is in no figure. */
async function film(folder: string, sites: Record<string, Site>, line: Line): Promise<void> {
  const films: Record<string, Film> = {}
  for (const [name, { url, listed }] of Object.entries(sites)) {
    films[name] = filmOf(await visit({ url, listed, line, name: 'Ana Luz', isFilmed: true }))
  }
  await writeFilms(folder, films)
}

function filmOf({ form, list, pictures }: Visited): Film {
  return {
    pictures,
    moments: {
      'first picture': form.paintMs,
      pressed: form.loadMs,
      'list seen': form.loadMs + list.paintMs,
      'list live': form.loadMs + list.liveMs,
    },
    endMs: form.loadMs + list.liveMs,
  }
}

const mapped = <A, B>(all: Record<string, A>, change: (each: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(all).map(([name, each]) => [name, change(each)]))
