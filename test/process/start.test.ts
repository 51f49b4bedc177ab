import { describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { mainPath, startProcess, whoIsThere } from '../support/process.ts'

const hasNc = Bun.which('nc') !== null

describe('the process', () => {
  test('says where it listens, and how to try it', async () => {
    await using house = await startProcess()
    const { port } = house.registry
    expect(house.logged()).toEqual([
      `Servidor iniciado em 127.0.0.1:${port}`,
      // The web page's own, which follows the directory.
      expect.stringMatching(/^Nova conexão de 127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^Página web em http:\/\/127\.0\.0\.1:\d+\/$/),
      `Para experimentar em um terminal: (echo register,Bia,5002; cat) | nc 127.0.0.1 ${port}`,
    ])
    expect(house.output()).toMatch(/^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S.*\n){4}$/)
    expect((await fetch(house.url)).status).toBe(200)
    expect(house.errors()).toBe('')
  })

  // On a developer's machine without nc this is left out; in CI it has to run.
  test.skipIf(!hasNc && !process.env.CI)('answers a script of nc in full', async () => {
    await using house = await startProcess()
    const requests = 'register,Ana,5001\\nlist\\ndetails,Ana\\nquit\\n'
    const nc = Bun.spawn(['sh', '-c', `printf '${requests}' | nc -N 127.0.0.1 "$PORT"`], {
      env: { PATH: process.env.PATH ?? '', PORT: String(house.registry.port) },
    })
    expect(await new Response(nc.stdout).text()).toBe(
      'success,Registrado com sucesso\nAna\n127.0.0.1,5001\nConexão encerrada\n',
    )
    expect(await nc.exited).toBe(0)
    expect(await whoIsThere(house)).toEqual([])
  })

  test('answers a first client: one send without newline, one recv', async () => {
    await using house = await startProcess()
    using peer = await house.connect()
    const say = async (text: string) => {
      await peer.send(text)
      return peer.receive()
    }
    const claim = `127.0.0.1,${peer.local.port}`
    expect(await say(`Ana,${claim},5001`)).toBe('success,Registrado com sucesso')
    expect(await say('list')).toBe('Ana')
    expect(await say('details,Ana,127.0.0.1')).toBe('127.0.0.1,5001')
    expect(await say('details,Bia')).toBe('error,Usuário não encontrado')
    expect(await say('quit')).toBe('Conexão encerrada')
    expect(await peer.rest()).toBe('')
    expect(await whoIsThere(house)).toEqual([])
  })

  test('shows a TCP peer to browsers and a browser to TCP peers', async () => {
    await using house = await startProcess()
    using peer = await house.connect()
    await peer.ask('register,Bia,5002')
    const ana = house.visitor()
    expect((await ana.register('Ana', 5001)).headers.get('Location')).toBe('/people')
    expect(await peer.ask('list')).toBe('Bia,Ana')
    expect(await peer.ask('details,Ana')).toBe('127.0.0.1,5001')
    expect((await ana.get('/person?name=Bia&ip=127.0.0.1')).html).toContain('127.0.0.1:5002')
  })

  test('shows a browser that dials the registry the way to the web page', async () => {
    await using house = await startProcess()
    const answer = await fetch(`http://127.0.0.1:${house.registry.port}/`)
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain(`${house.url}/`)
  })

  test('answers a WebSocket upgrade of nobody’s with a refusal, not a crash', async () => {
    await using house = await startProcess()
    const raw = connect({ host: '127.0.0.1', port: Number(new URL(house.url).port) })
    raw.write(`GET /live HTTP/1.1\r\nHost: ${new URL(house.url).host}\r\nConnection: close\r\n\r\n`)
    const [chunk] = (await Array.fromAsync(raw)) as Buffer[]
    expect(String(chunk)).toStartWith('HTTP/1.1 403')
    expect((await fetch(house.url)).status).toBe(200)
  })

  test.each(['HTTP', 'registry'])('refuses its own %s port as a call port', async (which) => {
    await using house = await startProcess({ HOST: '0.0.0.0' })
    using peer = await house.connect()
    const own = which === 'HTTP' ? Number(new URL(house.url).port) : house.registry.port
    expect(await peer.ask(`register,Ana,${own}`)).toEndWith(',server-port')
  })

  test('refuses its own ports also where it listens on localhost', async () => {
    await using house = await startProcess({ HOST: 'localhost' })
    using peer = await house.connect()
    expect(await peer.ask(`register,Ana,${house.registry.port}`)).toEndWith(',server-port')
  })

  test('trusts the operator’s key from where nobody is trusted', async () => {
    const OPERATOR_KEY = 'sixteen letters!'
    await using house = await startProcess({ TRUSTED_ADDRESSES: '', OPERATOR_KEY })
    using peer = await house.connect()
    expect(await peer.ask('Ana,192.0.2.7,4000,5001')).toEndWith(',not-your-ip')
    expect(await peer.ask('auth,sixteen letters?')).toEndWith(',bad-secret')
    expect(await peer.ask(`auth,${OPERATOR_KEY}`)).toBe('success,Autorizado')
    expect(await peer.ask('Ana,192.0.2.7,4000,5001')).toStartWith('success,')
    // The web part has a key of its own.
    expect((await house.visitor().register('Bia', 5002)).headers.get('Location')).toBe('/people')
  })
})

test('the program is the one that package.json starts', async () => {
  const { scripts } = await Bun.file(`${import.meta.dir}/../../package.json`).json()
  expect(scripts.start).toBe('bun src/main.ts')
  expect(mainPath).toEndWith('/src/main.ts')
})
