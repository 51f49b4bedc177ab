import { describe, expect, test } from 'bun:test'
import { callButton, keepsSeeing, outcome, talk } from '../support/callers.ts'
import {
  hasChromium,
  newPerson,
  sharedChromium,
  startCallingChromium,
} from '../support/chromium.ts'
import { startBalancer } from '../support/cluster/balancer.ts'
import { startNodes } from '../support/cluster/nodes.ts'
import { eventually } from '../support/eventually.ts'
import { hasRedis, startRedis } from '../support/redis.ts'

describe.skipIf(!hasChromium || !hasRedis)('two browsers at two servers', () => {
  const browser = sharedChromium(startCallingChromium)

  test('call each other, and go on when a server is killed and comes back', async () => {
    await using redis = await startRedis()
    await using servers = await startNodes(2, () => redis.url)
    const [one, two] = servers.nodes as [(typeof servers.nodes)[0], (typeof servers.nodes)[0]]
    // Ana is led to one, Bia to the other, and each to the one that is left.
    await using atOne = await startBalancer([one.httpPort, two.httpPort])
    await using atTwo = await startBalancer([two.httpPort, one.httpPort])
    const ana = await newPerson(browser(), atOne.url)
    const bia = await newPerson(browser(), atTwo.url)
    await ana.register('Ana', 5001)
    await bia.register('Bia', 5002)
    await callButton(ana.page, 'Bia').waitFor()
    await callButton(bia.page, 'Ana').waitFor()
    expect(one.output).toContain('Novo cliente registrado: Ana')
    expect(two.output).toContain('Novo cliente registrado: Bia')
    await talk(ana, bia)

    await one.kill()
    await ana.page.locator('#offline').waitFor({ state: 'attached' })
    await Promise.all([keepsSeeing(ana.page), keepsSeeing(bia.page)])
    await eventually('Ana is at the other', () =>
      two.output.includes('Novo cliente registrado: Ana'),
    )
    await eventually('the call is resumed', () => two.output.includes('Chamada retomada'), 15_000)
    await ana.page.locator('#offline').waitFor({ state: 'hidden' })
    await Promise.all([keepsSeeing(ana.page), keepsSeeing(bia.page)])

    await one.start()
    await ana.page.click('#call-hang-up')
    await outcome(bia.page, 'Ana encerrou a chamada.')
    // A page that is loaded again is led to the first again, under the same name.
    await ana.page.reload()
    await eventually(
      'Ana is back',
      () => one.output.split('Novo cliente registrado: Ana').length > 2,
    )
    await callButton(bia.page, 'Ana').and(bia.page.locator(':not([aria-disabled])')).click()
    await ana.page.click('#call-accept-video')
    await Promise.all([keepsSeeing(ana.page), keepsSeeing(bia.page)])
  }, 120_000)
})
