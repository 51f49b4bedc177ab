import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../support/eventually.ts'
import { connectPeer } from '../support/peer.ts'
import { collect, portuguese } from '../support/process.ts'

const root = join(import.meta.dir, '..', '..')

describe('the executable', () => {
  const directory = mkdtempSync(join(tmpdir(), 'encontro-compiled-'))
  const executable = join(directory, 'encontro')
  beforeAll(async () => {
    const compiling = Bun.spawn([process.execPath, join(root, 'scripts/compile.ts'), executable], {
      stdout: 'ignore',
    })
    expect(await compiling.exited).toBe(0)
  }, 60_000)
  afterAll(() => rmSync(directory, { recursive: true }))

  test.each([
    { word: '--version', says: /^encontro \d+\.\d+\.\d+\n$/ },
    { word: '--help', says: /^ {2}HTTP_PORT +port of the web page/m },
    { word: '--check', says: /^ {2}web page +http:\/\/127\.0\.0\.1:3000\/$/m },
  ])('knows $word', async ({ word, says }) => {
    const child = Bun.spawn([executable, word], { env: { PATH: '' }, stdout: 'pipe' })
    expect(await new Response(child.stdout).text()).toMatch(says)
    expect(await child.exited).toBe(0)
    expect(existsSync(join(directory, '.encontro'))).toBe(false)
  })

  test('serves the registry and every file of the page, away from this folder', async () => {
    const elsewhere = join(directory, 'elsewhere')
    await Bun.write(join(elsewhere, '.env'), 'HOST=nonsense\n')
    await Bun.write(join(elsewhere, 'bunfig.toml'), 'preload = ["./nonsense.ts"]\n')
    await Bun.write(join(directory, '.env'), 'ACCESS_CODE=entra-e-senta\n')
    const child = Bun.spawn([executable], {
      cwd: elsewhere,
      env: { ...portuguese, REGISTRY_PORT: '0', HTTP_PORT: '0', PATH: '' },
      stdout: 'pipe',
      stderr: 'pipe',
    })
    try {
      const output = collect(child.stdout)
      await eventually(`started: ${output()}`, () => output().includes('Para experimentar'))
      const port = Number(output().match(/Servidor iniciado em \S+:(\d+)/)?.[1])
      const url = output().match(/Página web em (\S+)\//)?.[1] ?? ''
      const peer = await connectPeer({ ip: '127.0.0.1', port })
      // The settings beside the executable are heard, those of the folder that it is started in not.
      expect(await peer.ask('auth,entra-e-senta')).toStartWith('success,')
      expect(existsSync(join(directory, '.encontro', 'session-secret'))).toBe(true)
      expect(await peer.ask('register,Ana,5000')).toBe('success,Registrado com sucesso')

      const html = await (await fetch(`${url}/`)).text()
      const files = [...html.matchAll(/(?:href|src|data-htmx)="(\/assets\/[^"]+)"/g)].map(
        ([, path]) => path,
      )
      expect(files.length).toBeGreaterThan(3)
      // Those that the page's script loads later.
      const late = ['pt', 'en'].map((language) => `/assets/calls-${language}.js`)
      for (const file of [...files, ...late, '/assets/calls.css']) {
        const answer = await fetch(url + file)
        expect([file, answer.status, (await answer.text()).length > 20]).toEqual([file, 200, true])
      }
      // Loaded when somebody asks.
      expect(await (await fetch(`${url}/metrics`)).text()).toContain('encontro_registrations 1')
    } finally {
      child.kill()
      expect(await child.exited).toBe(0)
    }
  }, 30_000)
})
