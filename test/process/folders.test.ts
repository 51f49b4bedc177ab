import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Glob } from 'bun'
import { eventually } from '../support/eventually.ts'
import { collect, portuguese } from '../support/process.ts'

const root = join(import.meta.dir, '..', '..')

/** What may lie in any folder, and would change the program if it were heard. */
const strange = {
  '.env': 'HOST=nonsense\nACCESS_CODE=of-the-folder\nMAX_LINE_BYTES=600\n',
  'tsconfig.json':
    '{"compilerOptions":{"jsx":"react","jsxFactory":"h","jsxImportSource":"preact"}}',
  'package.json': '{"type":"commonjs"}',
}

describe('the program, started from another folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'encontro-folders-'))
  const elsewhere = join(folder, 'elsewhere')
  const program = join(folder, 'program')

  beforeAll(async () => {
    mkdirSync(elsewhere)
    for (const [name, text] of Object.entries(strange)) await Bun.write(join(elsewhere, name), text)
    // A copy, so that an `.env` beside it is no other test's.
    for (const part of ['src', 'views', 'public', 'package.json', 'tsconfig.json']) {
      cpSync(join(root, part), join(program, part), { recursive: true })
    }
    symlinkSync(join(root, 'node_modules'), join(program, 'node_modules'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  async function start(env: Record<string, string>, options: string[] = []) {
    const child = Bun.spawn([process.execPath, ...options, join(program, 'src', 'main.ts')], {
      cwd: elsewhere,
      env: {
        PATH: process.env.PATH ?? '',
        ...portuguese,
        REGISTRY_PORT: '0',
        HTTP_PORT: '0',
        ...env,
      },
      stdout: 'pipe',
      stderr: 'pipe',
    })
    const [output, errors] = [collect(child.stdout), collect(child.stderr)]
    return {
      output,
      said: () =>
        eventually('it started, or said why not', () => {
          const all = output() + errors()
          return (all.includes('Para experimentar') || child.exitCode !== null) && all
        }),
      async [Symbol.asyncDispose]() {
        child.kill()
        await child.exited
      },
    }
  }

  test('serves its pages, and hears nothing of what lies there', async () => {
    await using house = await start({})
    const said = await house.said()
    expect(said).toContain('(echo register,Bia,5002; cat)')
    const [, url = ''] = /Página web em (\S+)/.exec(said) ?? []
    const page = await fetch(url)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<form')])
    expect(existsSync(join(elsewhere, '.encontro'))).toBe(false)
    expect(existsSync(join(program, '.encontro', 'session-secret'))).toBe(true)
  })

  test('reads the .env beside package.json, for what the environment does not say', async () => {
    await Bun.write(join(program, '.env'), 'ACCESS_CODE="of the program"\nHTTP_PORT=70000\n')
    try {
      await using house = await start({})
      expect(await house.said()).toContain('(echo auth,CÓDIGO; echo register,Bia,5002; cat)')
      await using other = await start({ ACCESS_CODE: '' })
      expect(await other.said()).toContain('(echo register,Bia,5002; cat)')
      await using deaf = await start({}, ['--no-env-file'])
      expect(await deaf.said()).toContain('(echo register,Bia,5002; cat)')
    } finally {
      rmSync(join(program, '.env'))
    }
  })

  test('reads a file that Bun was told of, wherever it is', async () => {
    await using house = await start({}, [`--env-file=${join(elsewhere, '.env')}`])
    expect(await house.said()).toStartWith('HOST="nonsense": ')
  })
})

// Bun reads tsconfig.json of the folder that it is started in.
test.each([...new Glob('{src,views}/**/*.tsx').scanSync(root)].sort())(
  '%s says itself what its markup is made with',
  async (file) => {
    const [first] = (await Bun.file(join(root, file)).text()).split('\n')
    expect(first).toBe('/** @jsxRuntime automatic @jsxImportSource hono/jsx */')
  },
)
