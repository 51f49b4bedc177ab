import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { leanArguments, pagesOnlyPath } from '../../test/support/lean-chromium.ts'
import type { Picture } from './camera.ts'
import { phone } from './visit.ts'

/** A visit as it is shown: its pictures, and what happened when. All in milliseconds since the address. */
export type Film = { pictures: readonly Picture[]; moments: Record<string, number>; endMs: number }

const stepMs = 200
/** Pictures of one line of the sheet. */
const perLine = 15
/** Pixels of a picture on the sheet. */
const thumb = { width: 120, height: Math.round((120 * phone.height) / phone.width) }

/**
 * Writes what each window showed every 200 ms, as `CONTESTANT/MILLISECONDS.jpg`, and all of them as one sheet,
 * `sheet.png`, with the contestants one below the other at the same time.
 */
export async function writeFilms(folder: string, films: Record<string, Film>): Promise<void> {
  const steps = Object.entries(films).map(([name, film]) => ({ name, film, shown: every(film) }))
  for (const { name, shown } of steps) {
    const own = join(folder, name)
    mkdirSync(own, { recursive: true })
    // Of a longer film before.
    for (const file of readdirSync(own)) if (/^\d{5}\.jpg$/.test(file)) rmSync(join(own, file))
    for (const [index, jpeg] of shown.entries()) {
      if (jpeg) writeFileSync(join(own, `${`${index * stepMs}`.padStart(5, '0')}.jpg`), jpeg)
    }
  }
  const longest = Math.max(...steps.map(({ shown }) => shown.length))
  const lines = Array.from({ length: Math.ceil(longest / perLine) }, (_, line) =>
    steps.map((each) => band(each, line * perLine)).join(''),
  )
  await print(page(lines), join(folder, 'sheet.png'))
}

/** Every 200 ms, the last picture by then; none before the first. Ends with the first picture that shows all. */
function every({ pictures, endMs }: Film): (Buffer | undefined)[] {
  return Array.from(
    { length: Math.ceil(endMs / stepMs) + 1 },
    (_, step) => pictures.findLast(({ at }) => at <= step * stepMs)?.jpeg,
  )
}

type Steps = { name: string; film: Film; shown: (Buffer | undefined)[] }

/** One line of one contestant, from that step on; nothing where it was at its end before. */
function band({ name, film, shown }: Steps, first: number): string {
  const steps = shown.slice(first, first + perLine)
  if (steps.length === 0) return ''
  const figures = steps.map((jpeg, index) => {
    const at = (first + index) * stepMs
    const image = jpeg ? `<img src="data:image/jpeg;base64,${jpeg.toString('base64')}">` : '<i></i>'
    const events = Object.entries(film.moments)
      .filter(([, moment]) => moment <= at && moment > at - stepMs)
      .map(([what, moment]) => `<b>${what}, ${Math.round(moment)}</b>`)
    return `<figure>${image}<figcaption>${at} ms${events.join('')}</figcaption></figure>`
  })
  return `<h2>${name}</h2><div>${figures.join('')}</div>`
}

const page = (lines: string[]): string => `<!doctype html><meta charset="utf-8"><style>
  body { margin: 12px; font: 13px sans-serif; background: #ddd }
  section { border-bottom: 2px solid #888; margin-bottom: 8px }
  h2 { font-size: 14px; margin: 4px 0 }
  div { display: flex; gap: 6px }
  figure { margin: 0 0 6px; inline-size: ${thumb.width}px }
  img, i { display: block; inline-size: ${thumb.width}px; block-size: ${thumb.height}px; background: #fff }
  b { display: block; color: #a00 }
</style>${lines.map((line) => `<section>${line}</section>`).join('')}`

async function print(html: string, path: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: pagesOnlyPath, args: leanArguments })
  try {
    const width = perLine * (thumb.width + 6) + 24
    const sheet = await browser.newPage({ viewport: { width, height: 600 } })
    await sheet.setContent(html)
    await sheet.screenshot({ path, fullPage: true })
  } finally {
    await browser.close()
  }
}
