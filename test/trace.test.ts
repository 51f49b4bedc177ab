import { test } from 'bun:test'
import { CallWorld } from '/root/wt/media/test/support/call-world.ts'
import { VirtualTime } from '/root/wt/media/test/support/virtual-time.ts'
import { CallPage } from '/root/wt/media/test/support/call-page.ts'
import { SessionCalls } from '/root/wt/media/src/web/calls.ts'
import { Switchboard } from '/root/wt/media/src/registry/switchboard.ts'
const acts = JSON.parse(process.env.ACTS!)
test('x', async () => {
  using time = new VirtualTime()
  const a = Switchboard.prototype.answer
  Switchboard.prototype.answer = function (asked: any, caller: any) { const r = a.call(this, asked, caller); console.log(time.now, 'REG', caller.registration.name, JSON.stringify(asked), '->', JSON.stringify(r)); return r }
  const p = SessionCalls.prototype.push
  SessionCalls.prototype.push = function (push: any) { console.log(time.now, 'push to session', JSON.stringify(push)); return p.call(this, push) }
  const d = CallPage.prototype.dial
  CallPage.prototype.dial = function () { if (!(this as any).patched) { (this as any).patched = true; const n = this.controller.news, h = this.controller.happen; (this.controller as any).news = (x: any) => { n(x); console.log(time.now, 'page', this.person.name, JSON.stringify(x), '=>', this.state.at) }; (this.controller as any).happen = (x: any) => { h(x); console.log(time.now, 'page', this.person.name, JSON.stringify(x), '=>', this.state.at) } } return d.call(this) }
  const world = new CallWorld(time, new Set())
  try {
    await world.begin()
    for (const each of acts) { console.log('##', JSON.stringify(each)); await world.take(each) }
    console.log('## settle')
    await world.settle(); world.checkAtRest(); await world.checkNextCall()
  } finally { world.end() }
})
