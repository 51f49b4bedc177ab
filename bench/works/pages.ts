import { registeredBrowser } from '../browser.ts'
import { Busy } from '../busy.ts'
import { startScript } from '../child.ts'
import { fixed, givenFormId, type PageSettings, suggestedPort } from '../contestants/hono-page.tsx'
import { type Encontro, startEncontro } from '../encontro.ts'
import { openLoad } from '../load-control.ts'
import { fullNameOf } from '../peers.ts'
import { inTurn, type Pace, type Ratio, type Row, type Work } from '../work.ts'
import { askForPages, hasWrk } from '../wrk.ts'

const unit = 'pages/s'

/**
 * Pages a second, beside a bare Hono server that renders the same markup with the same components,
 * and beside the same markup as a string. That it is the same is looked at first.
 */
export const pages: Work = {
  name: 'pages',
  async measure(pace) {
    if (!hasWrk()) {
      const notes = ['left out: there is no wrk here (apt-get install wrk)']
      return [{ work: 'pages', unit, samples: {}, ratios: [], notes }]
    }
    await using stack = new AsyncDisposableStack()
    // One browser asks for them all, and no person reads so fast.
    const encontro = await startEncontro({ LIST_ROWS_PER_SECOND: '1000000' })
    stack.defer(encontro.stop)
    const people = pace.size === 'full' ? 10_000 : 100
    const crowd = await openLoad({
      port: encontro.registryPort,
      firstSource: 0x01_00_00,
      greetings: Array.from(
        { length: people },
        (_, number) => `register,${fullNameOf(number)},5000\n`,
      ),
      lines: 1,
    })
    stack.defer(crowd.stop)
    const me = { name: 'Bia Lima', ip: '127.0.0.1' }
    const { cookieHeader: cookie } = await registeredBrowser(encontro.url, me.name, 5000)
    const whom = { name: fullNameOf(0), ip: '127.1.0.0' }
    const paths = { form: '/', list: '/people', details: `/person?${new URLSearchParams(whom)}` }
    const settings: PageSettings = { registryPort: encontro.registryPort, me, whom, paths }
    const hono = startScript('contestants/hono-page.tsx', JSON.stringify(settings))
    stack.defer(hono.stop)
    const contestants = {
      encontro,
      hono: { pid: hono.pid, url: `http://127.0.0.1:${await hono.line()}` },
    }

    return [
      await measurePage(
        { title: 'form page', path: paths.form, cookie: '' },
        contestants,
        [{ of: 'encontro', over: 'hono', target: { atLeast: 0.7 } }],
        pace,
      ),
      await measurePage(
        { title: `list, 50 of ${people} people`, path: paths.list, cookie },
        contestants,
        [{ of: 'encontro', over: 'hono' }],
        pace,
      ),
      await measurePage(
        { title: `details, ${people} people`, path: paths.details, cookie },
        contestants,
        [{ of: 'encontro', over: 'hono' }],
        pace,
      ),
    ]
  },
}

type Page = { title: string; path: string; cookie: string }
type Contestants = Record<'encontro' | 'hono', Pick<Encontro, 'pid' | 'url'>>

async function measurePage(
  { title, path, cookie }: Page,
  { encontro, hono }: Contestants,
  ratios: Ratio[],
  { rounds, seconds }: Pace,
): Promise<Row> {
  const servers = {
    encontro,
    hono,
    string: { pid: hono.pid, url: hono.url + fixed },
  }
  const bytes = await lengthOfSamePage(
    Object.values(servers).map(({ url }) => url + path),
    cookie,
  )
  const busy = new Busy()
  const ask = (name: keyof typeof servers) => async () => {
    const { pid, url } = servers[name]
    const { done, seconds: took } = await busy.during(name, pid, () =>
      askForPages(url + path, { seconds, bytes, cookie }),
    )
    return done / took
  }
  return {
    work: title,
    unit,
    samples: await inTurn(rounds, {
      encontro: ask('encontro'),
      hono: ask('hono'),
      string: ask('string'),
    }),
    ratios,
    notes: [`${bytes} bytes each, the same from all three`, busy.note],
  }
}

/** In bytes; rejects where they are not the same page. */
async function lengthOfSamePage(urls: readonly string[], cookie: string): Promise<number> {
  const [first, ...others] = await Promise.all(urls.map((url) => pageAt(url, cookie)))
  if (first === undefined || others.some((other) => other !== first)) {
    throw new Error(`not the same page: ${urls.join(' ')}`)
  }
  return Buffer.byteLength(first)
}

const sameTime = new Date(0).toISOString()

/** With the same port and id in the form, and the list as of the same time, wherever it comes from. */
async function pageAt(url: string, cookie: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual', headers: cookie ? { cookie } : {} })
  if (response.status !== 200) throw new Error(`${url}: ${response.status}`)
  const html = await response.text()
  return html
    .replace(
      /((?:name="(?:callPort|suggestedPort)" value="|: porta de chamada |: call port ))\d+/g,
      `$1${suggestedPort}`,
    )
    .replace(/(name="formId" value=")[^"]{22}(?=")/, `$1${givenFormId}`)
    .replace(/(id="as-of"[^>]*>[^<]*<time datetime=")[^"]*(">)[^<]*/, `$1${sameTime}$2`)
}
