import { describe, expect, test } from 'bun:test'
import { iceServersFor } from '../../src/web/calls/ice-servers.ts'
import { connectTurn, type TurnClient } from '../support/turn-client.ts'
import { hasTurnServer, startTurnServer } from '../support/turn-server.ts'

const secret = 'shared between coturn and us'

/** What coturn's operator is given to set, as options. */
async function advised(): Promise<string[]> {
  const text = await Bun.file('deploy/turnserver.conf').text()
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

const credentialsOf = (user: string, lifetime = 600) => {
  const settings = { stunUrls: [], turnUrls: ['turn:h'], turnSecret: secret }
  const all = { ...settings, turnLifetimeSeconds: lifetime }
  return iceServersFor(all, user, Date.now())[0] ?? { username: '', credential: '' }
}

const start = async (...more: string[]) => {
  const settings = await advised()
  const turn = await startTurnServer(secret, [
    ...settings.map((line) => `--${line}`),
    ...more,
    '--relay-ip=::1',
  ])
  return { turn, server: { ip: '127.0.0.1', port: turn.port } }
}

describe.skipIf(!hasTurnServer)('a relay as `deploy` sets it up', () => {
  test('gives one browser its share, whatever the time of its credentials, and others theirs', async () => {
    const { turn, server } = await start()
    const clients: TurnClient[] = []
    const allocate = async (user: string, lifetime: number) => {
      const client = await connectTurn(server, credentialsOf(user, lifetime))
      clients.push(client)
      return client.allocate()
    }
    try {
      const codes: number[] = []
      for (let at = 0; at < 30; at += 1) codes.push(await allocate('ana', 600 + 60 * (at % 3)))
      expect(codes).toEqual([...Array(24).fill(0), ...Array(6).fill(486)])
      expect(await allocate('bia', 600)).toBe(0)
    } finally {
      for (const client of clients) client[Symbol.dispose]()
      await turn[Symbol.asyncDispose]()
    }
  })

  test('relays to nobody behind it', async () => {
    const { turn, server } = await start('--allowed-peer-ip=192.168.7.0-192.168.7.255')
    await using _ = turn
    using four = await connectTurn(server, credentialsOf('ana'), 'IPv4')
    using six = await connectTurn(server, credentialsOf('ana'), 'IPv6')
    expect([await four.allocate(), await six.allocate()]).toEqual([0, 0])
    const behind = [
      ...['0.0.0.1', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.31.255.255'],
      ...['192.168.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
      ...['::1', '::7f00:1', '::ffff:a01:203', '64:ff9b::a01:203', '2002:a01:203::1'],
      ...['fd00::1', 'fe80::1', 'ff02::1'],
    ]
    const permit = (ip: string) => (ip.includes(':') ? six : four).permit(ip)
    const permitted: string[] = []
    for (const ip of behind) if ((await permit(ip)) !== 403) permitted.push(ip)
    expect(permitted).toEqual([])
    for (const ip of ['8.8.8.8', '172.32.0.1', '2a00::1', '192.168.7.9']) {
      expect([ip, await permit(ip)]).toEqual([ip, 0])
    }
  })
})
