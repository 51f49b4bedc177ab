import { describe, expect, test } from 'bun:test'
import { readConfig } from '../../../src/config/config.ts'
import { expose } from '../../../src/metrics/exposition.ts'
import { counters, gauge, histogram } from '../../../src/metrics/figure.ts'
import { Histogram } from '../../../src/metrics/histogram.ts'
import { eventually } from '../../support/eventually.ts'
import { growth, samplesOf } from '../../support/metrics.ts'
import { startProcess } from '../../support/process.ts'
import { openTab } from '../../support/tab.ts'
import { startTestWeb, type TestWeb } from '../../support/web.ts'

const metricsOf = async ({ url }: Pick<TestWeb, 'url'>) =>
  samplesOf(await (await fetch(`${url}/metrics`)).text())

describe('figures are written down', () => {
  test('a gauge, a label, and a histogram whose buckets add up', async () => {
    const times = new Histogram([0.1, 1])
    times.observe(0.1)
    times.observe(0.5, 2)
    times.observe(7)
    const { text, type } = await expose([
      gauge('a', 'How much.', () => 1.5),
      counters('b_total', 'Of each.', 'kind', () => ({ one: 1, 'a "b"\n\\': 2 })),
      histogram('c_seconds', 'How long.', times),
    ])
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toBe(`# HELP a How much.
# TYPE a gauge
a 1.5

# HELP b_total Of each.
# TYPE b_total counter
b_total{kind="one"} 1
b_total{kind="a \\"b\\"\\n\\\\"} 2

# HELP c_seconds How long.
# TYPE c_seconds histogram
c_seconds_bucket{le="0.1"} 1
c_seconds_bucket{le="1"} 3
c_seconds_bucket{le="+Inf"} 4
c_seconds_sum 8.1
c_seconds_count 4
`)
  })
})

const updates = 'encontro_page_update_duration_seconds_count'

describe('/metrics counts', () => {
  test('what programs do, number by number', async () => {
    await using site = await startTestWeb()
    const before = await metricsOf(site)
    const [ana, bia] = [await site.tcp.connect(), await site.tcp.connect()]
    await ana.ask('register,Ana,5000')
    await bia.ask('register,Bia,5001')
    expect(await bia.ask('register,Bia,5001')).toEndWith(',registered-here')
    expect(await bia.ask('details,*')).toEndWith(',bad-name')
    expect(await ana.ask('call,Bia')).toEndWith(',not-ready')
    await bia.ask('ready')
    const [, first] = (await ana.ask('call,Bia')).split(',')
    await bia.line()
    await bia.ask(`accept,${first}`)
    await ana.line()
    const during = await metricsOf(site)
    await ana.ask(`hangup,${first}`)
    await bia.line()
    const [, second] = (await ana.ask('call,Bia')).split(',')
    await bia.line()
    await bia.ask(`decline,${second}`)
    await ana.line()
    expect(await ana.ask('quit')).toBe('Conexão encerrada')
    await site.tcp.until('Ana is gone', () => site.tcp.connections === 2)

    const grown = growth(before, await metricsOf(site))
    expect(growth(before, during)['encontro_calls{state="talking"}']).toBe(1)
    const times = /_seconds_sum$/
    expect(Object.fromEntries(Object.entries(grown).filter(([name]) => !times.test(name)))).toEqual(
      {
        encontro_connections_total: 2,
        // Bia's.
        encontro_connections: 1,
        encontro_registered_total: 2,
        encontro_left_total: 1,
        encontro_registrations: 1,
        encontro_requests_total: 12,
        encontro_request_duration_seconds_count: 12,
        'encontro_refusals_total{code="registered-here"}': 1,
        'encontro_refusals_total{code="bad-name"}': 1,
        'encontro_refusals_total{code="not-ready"}': 1,
        // Two joined, one ready, two calls that make two busy and two free, one left.
        encontro_changes_total: 12,
        'encontro_calls_total{outcome="ringing"}': 2,
        'encontro_calls_total{outcome="accepted"}': 1,
        'encontro_calls_total{outcome="hangup"}': 1,
        'encontro_calls_total{outcome="declined"}': 1,
        encontro_ring_duration_seconds_count: 1,
        // Of these metrics, twice; the third is not answered yet.
        'encontro_http_requests_total{code="200"}': 2,
        encontro_http_request_duration_seconds_count: 2,
      },
    )
    bia.close()
  })

  test('limits, goodbyes and who refuses to read', async () => {
    await using site = await startTestWeb({
      registryOverrides: { limits: { signInTimeoutMs: 100 }, isTrusted: () => false },
    })
    const before = await metricsOf(site)
    const idle = await site.tcp.connect()
    expect(await idle.line()).toStartWith('*bye,sign-in-timeout,')
    const long = await site.tcp.connect()
    expect(await long.ask('x'.repeat(1025))).toEndWith(',line-too-long')
    const after = growth(before, await metricsOf(site))
    expect(after).toMatchObject({
      'encontro_byes_total{code="sign-in-timeout"}': 1,
      'encontro_limit_hits_total{limit="sign_in"}': 1,
      'encontro_limit_hits_total{limit="line_too_long"}': 1,
      'encontro_refusals_total{code="line-too-long"}': 1,
      encontro_requests_total: 1,
    })
  })

  test('browsers, their tabs, and how long a change is on its way to these', async () => {
    await using site = await startTestWeb({ updateLimits: { gatherMs: 30 } })
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const tab = await openTab(site, ana)
    await tab.saw('Ana')
    // Ana's own changes are on their way, too.
    const before = await eventually('all is quiet', async () => {
      const met = await metricsOf(site)
      await Bun.sleep(150)
      const later = await metricsOf(site)
      return met.get(updates) === later.get(updates) && later
    })
    expect(before.get('encontro_sessions')).toBe(1)
    expect(before.get('encontro_tabs')).toBe(1)
    const bia = await site.tcp.connect()
    await bia.ask('register,Bia,5002')
    await tab.saw('Bia')
    const grown = await eventually('the update is counted', async () => {
      const met = growth(before, await metricsOf(site))
      return met[updates] === 1 && met
    })
    // In seconds: it waits for others that may follow at once, up to 30 ms.
    expect(grown.encontro_page_update_duration_seconds_sum).toBeWithin(0.001, 5)
    tab.close()
    bia.close()
  })

  test('is for nobody else, and for known hosts alone', async () => {
    const { isTrusted } = readConfig({})
    await using site = await startTestWeb({ isTrusted })
    expect((await site.visitor({ ip: '203.0.113.9' }).get('/metrics')).status).toBe(404)
    const rebound = await fetch(`${site.url}/metrics`, { headers: { Host: 'evil.example' } })
    expect(rebound.status).toBe(421)
    const foreign = { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' }
    const asked = await fetch(`${site.url}/metrics`, { headers: foreign })
    // A browser shows it to no other site without these.
    expect(asked.headers.get('Access-Control-Allow-Origin')).toBeNull()
    expect(asked.headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin')
  })
})

/** `promtool` is in Debian's package `prometheus`. In CI it must be there. */
const promtool = Bun.which('promtool')
const hasPromtool = promtool !== null || process.env.CI === 'true'
if (!hasPromtool) console.warn('No promtool: its test is skipped. On Debian: prometheus')

test.skipIf(!hasPromtool)('promtool finds nothing in those of the real process', async () => {
  await using house = await startProcess()
  const text = await (await fetch(`${house.url}/metrics`)).text()
  const names = [...samplesOf(text).keys()]
  expect(names).toEqual(expect.arrayContaining(['encontro_serving', 'process_open_fds']))
  const check = Bun.spawn([promtool ?? 'promtool', 'check', 'metrics'], {
    stdin: new Blob([text]),
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const said = await new Response(check.stderr).text()
  expect([await check.exited, said]).toEqual([0, ''])
})
