import { describe, expect, test } from 'bun:test'
import { fewDescriptors } from '../support/few-descriptors.ts'
import { startProcess } from '../support/process.ts'

describe.skipIf(process.platform !== 'linux')('more connections than the descriptors allow', () => {
  test('are warned of at the start, with the numbers and what to do', async () => {
    await using house = await startProcess({ MAX_CONNECTIONS: '1501', ...fewDescriptors(2_000) })
    const [first] = house.logged()
    expect(first).toStartWith('MAX_CONNECTIONS=1501 é mais do que este processo pode ter')
    expect(first).toContain(' 2000 descritores dão para 1500. ')
    expect(first).toContain('Dê-lhe 2002 (LimitNOFILE=')
    expect(first).toEndWith('MAX_CONNECTIONS=auto')
    expect(house.output().match(/MAX_CONNECTIONS=1501/g)).toHaveLength(1)
  })

  test.each(['1500', 'auto'])('are not what %s is', async (MAX_CONNECTIONS) => {
    await using house = await startProcess({ MAX_CONNECTIONS, ...fewDescriptors(2_000) })
    expect(house.logged()[0]).toStartWith('Servidor iniciado')
    expect(house.output()).not.toContain('MAX_CONNECTIONS')
  })
})
