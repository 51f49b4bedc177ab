import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnMain, startProcess, type TestProcess } from '../support/process.ts'

/** What the program says when it asks, with these settings, how the server is. */
async function askHealthy(settings: Record<string, string>) {
  const child = spawnMain(settings, ['--healthy'])
  const [said, errors, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  return { said, errors, status }
}

const portOf = ({ url }: Pick<TestProcess, 'url'>) => new URL(url).port

describe('--healthy', () => {
  let server: TestProcess
  beforeAll(async () => {
    server = await startProcess({ HTTPS: 'auto', BASE_PATH: '/encontro' })
  }, 30_000)
  afterAll(() => server?.[Symbol.asyncDispose]())

  test.each(['127.0.0.1', '0.0.0.0'])(
    'finds that the server at %s serves, by its own settings',
    async (HOST) => {
      const settings = { HOST, HTTPS: 'auto', BASE_PATH: '/encontro', HTTP_PORT: portOf(server) }
      // As where all programs are to go through a proxy, which is not there.
      const environment = { HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1' }
      expect(await askHealthy({ ...settings, ...environment })).toEqual({
        said: '{"status":"serving","why":"registers and answers"}\n',
        errors: '',
        status: 0,
      })
    },
  )

  test('takes any answer for a good one where METRICS is off', async () => {
    await using quiet = await startProcess({ METRICS: 'off' })
    const { said, status } = await askHealthy({ HTTP_PORT: portOf(quiet) })
    expect({ said, status }).toEqual({
      said: 'answers; METRICS does not let it say more\n',
      status: 0,
    })
  })

  test('ends with 1 where a server says that it does not serve', async () => {
    const line = '{"status":"draining","why":"is about to stop"}'
    using draining = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () => new Response(`${line}\n`, { status: 503 }),
    })
    const { said, status } = await askHealthy({ HTTP_PORT: String(draining.port) })
    expect({ said, status }).toEqual({ said: `${line}\n`, status: 1 })
  })

  test('ends with 1 where nobody answers, after some seconds at most', async () => {
    using nobody = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    const asked = await Promise.all([
      askHealthy({ HTTP_PORT: String(nobody.port) }),
      // There it is refused.
      askHealthy({ HTTP_PORT: '1' }),
    ])
    expect(asked.map(({ status }) => status)).toEqual([1, 1])
    expect(asked[0].said).toContain(`http://127.0.0.1:${nobody.port}/healthz: `)
  }, 15_000)

  test('needs to know the port', async () => {
    expect(await askHealthy({ HTTP_PORT: '0' })).toEqual({
      said: '',
      errors: 'HTTP_PORT=0: must be a number for --healthy\n',
      status: 1,
    })
  })
})
