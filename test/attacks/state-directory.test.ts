import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnMain, startProcess } from '../support/process.ts'

/** The user of an attacker on the same machine; Debian calls it nobody. */
const stranger = 65_534
const planted = 'a secret that somebody else knows, and signs with'

// The attacker's files are given to another user, which root alone can do.
const isRoot = process.getuid?.() === 0
if (!isRoot && process.env.CI === 'true') throw new Error('these attacks are tried by root')

let place = ''
let state = ''
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'encontro-'))
  state = join(place, 'state')
})
afterEach(() => rmSync(place, { recursive: true }))

function plant(directory: string, owner: number): string {
  mkdirSync(directory, { mode: 0o700 })
  const path = join(directory, 'session-secret')
  writeFileSync(path, `${planted}\n`, { mode: 0o600 })
  chownSync(path, owner, owner)
  chownSync(directory, owner, owner)
  return path
}

/** Runs the program until it ends by itself. */
async function refused(env: Record<string, string> = {}) {
  const child = spawnMain({ STATE_DIRECTORY: state, ...env })
  const watchdog = setTimeout(() => child.kill('SIGKILL'), 15_000)
  const [errors, status] = await Promise.all([new Response(child.stderr).text(), child.exited])
  clearTimeout(watchdog)
  return { errors, status }
}

const attacks: { what: string; says: string; attack: () => void }[] = [
  {
    what: 'that somebody else made',
    says: 'the directory belongs to the user with the id 65534',
    attack: () => plant(state, stranger),
  },
  {
    what: 'with a secret that somebody else put there',
    says: 'session-secret belongs to the user with the id 65534',
    attack() {
      chownSync(plant(state, 0), stranger, stranger)
    },
  },
  {
    what: 'with a link in place of the secret',
    says: 'session-secret is a link',
    attack() {
      mkdirSync(state, { mode: 0o700 })
      const elsewhere = plant(join(place, 'elsewhere'), stranger)
      symlinkSync(elsewhere, join(state, 'session-secret'))
    },
  },
  {
    what: 'that is a link of somebody else',
    says: 'belongs to the user with the id 65534',
    attack() {
      plant(join(place, 'elsewhere'), 0)
      symlinkSync(join(place, 'elsewhere'), state)
      lchownSync(state, stranger, stranger)
    },
  },
  {
    what: 'in which everybody can write',
    says: 'others can write in the directory',
    attack() {
      plant(state, 0)
      chmodSync(state, 0o777)
    },
  },
  {
    what: 'inside one in which everybody can write, and rename',
    says: 'anybody can write in',
    attack() {
      plant(state, 0)
      chmodSync(place, 0o777)
    },
  },
  {
    what: 'with a secret that everybody can write',
    says: 'session-secret can be written by others',
    attack: () => chmodSync(plant(state, 0), 0o666),
  },
  {
    what: 'with a directory in place of the secret',
    says: 'session-secret is not a file',
    attack() {
      mkdirSync(join(state, 'session-secret'), { recursive: true, mode: 0o700 })
    },
  },
]

describe.skipIf(!isRoot)('a state directory', () => {
  for (const { what, says, attack } of attacks) {
    test(`${what} is refused in one line`, async () => {
      attack()
      const { errors, status } = await refused()
      expect(errors).toContain('STATE_DIRECTORY=')
      expect(errors).toContain(says)
      expect(errors.trimEnd()).not.toContain('\n')
      expect(status).toBe(1)
    }, 20_000)
  }

  test('with a link in place of the certificate is refused too', async () => {
    mkdirSync(state, { mode: 0o700 })
    writeFileSync(join(place, 'certificate'), '')
    symlinkSync(join(place, 'certificate'), join(state, 'self-signed.pem'))
    const { errors, status } = await refused({ HTTPS: 'auto' })
    expect({ errors, status }).toMatchObject({ status: 1 })
    expect(errors).toContain('self-signed.pem is a link')
  }, 20_000)

  test('keeps what a link beside it leads to, and is written all the same', async () => {
    mkdirSync(state, { mode: 0o700 })
    const theirs = join(place, 'a file of somebody')
    writeFileSync(theirs, 'untouched')
    symlinkSync(theirs, join(state, 'session-secret.new'))
    await using process = await startProcess({ STATE_DIRECTORY: state })
    expect(process.errors()).toBe('')
    expect(readFileSync(theirs, 'utf8')).toBe('untouched')
    expect(lstatSync(join(state, 'session-secret')).isFile()).toBe(true)
  }, 30_000)

  test('is found by a link that root made, as systemd makes one', async () => {
    plant(join(place, 'private'), 0)
    symlinkSync('private', state)
    await using process = await startProcess({ STATE_DIRECTORY: state })
    expect(process.errors()).toBe('')
    expect(readFileSync(join(place, 'private', 'session-secret'), 'utf8')).toBe(`${planted}\n`)
  }, 30_000)

  test('of its own is taken, and closed to readers', async () => {
    const path = plant(state, 0)
    chmodSync(path, 0o644)
    await using process = await startProcess({ STATE_DIRECTORY: state })
    expect(process.errors()).toBe('')
    expect(statSync(path).mode & 0o777).toBe(0o600)
  }, 30_000)
})
