import { describe, expect, test } from 'bun:test'
import {
  type NegotiatedPeer,
  negotiate,
} from '../../../../src/browser/call/signalling/negotiation.ts'
import { decodeSignal, encodeSignal } from '../../../../src/browser/call/signalling/signal.ts'

const turn = () => new Promise((done) => setTimeout(done, 0))

/** A peer connection that keeps to the rules of signalling (RFC 9429, section 3.2) and no more. */
class FakePeer extends EventTarget {
  signalingState: RTCSignalingState = 'stable'
  connectionState: RTCPeerConnectionState = 'new'
  iceConnectionState: RTCIceConnectionState = 'new'
  localDescription: RTCSessionDescription | null = null
  currentLocalDescription: RTCSessionDescription | null = null
  currentRemoteDescription: RTCSessionDescription | null = null
  /** How many descriptions of the other end it was given. */
  given = 0
  remoteSdp = ''
  /** What a browser would have understood, where that is something else. */
  misreadAs: string | undefined
  readonly candidates: string[] = []
  rollbacks = 0
  #offers = 0
  #needed = false

  constructor(readonly fingerprint: string) {
    super()
  }

  async setLocalDescription(): Promise<void> {
    await turn()
    const type = this.signalingState === 'have-remote-offer' ? 'answer' : 'offer'
    if (type === 'offer') this.#offers += 1
    const sdp = `v=0\r\na=offer:${this.#offers}\r\na=fingerprint:sha-256 ${this.fingerprint}\r\n`
    this.localDescription = { type, sdp } as RTCSessionDescription
    this.#needed = false
    if (type === 'answer') this.currentLocalDescription = this.localDescription
    this.#go(type === 'offer' ? 'have-local-offer' : 'stable')
    const event = new Event('icecandidate')
    const candidate = { toJSON: () => ({ candidate: `candidate of ${this.fingerprint}` }) }
    this.dispatchEvent(Object.assign(event, { candidate }))
  }

  async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
    await turn()
    if (type === 'answer' && this.signalingState !== 'have-local-offer') {
      throw new Error('InvalidStateError')
    }
    if (type === 'offer' && this.signalingState === 'have-local-offer') {
      this.rollbacks += 1
      this.#needed = true
    }
    if (type === 'answer') this.currentLocalDescription = this.localDescription
    this.given += 1
    this.remoteSdp = sdp
    this.#go(type === 'offer' ? 'have-remote-offer' : 'stable')
  }

  get remoteDescription() {
    return { type: 'offer', sdp: this.misreadAs ?? this.remoteSdp }
  }

  async addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
    if (this.remoteSdp === '') throw new Error('InvalidStateError')
    this.candidates.push(candidate?.candidate ?? '')
  }

  restartIce(): void {
    this.need()
  }

  need(): void {
    this.#needed = true
    if (this.signalingState === 'stable') this.dispatchEvent(new Event('negotiationneeded'))
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state
    this.dispatchEvent(new Event('connectionstatechange'))
  }

  #go(state: RTCSignalingState): void {
    this.signalingState = state
    if (state === 'stable' && this.#needed) {
      queueMicrotask(() => this.dispatchEvent(new Event('negotiationneeded')))
    }
  }
}

/** Two ends, and a line between them that can be cut, slowed down and tampered with. */
function connect(beforeNewWay?: (name: string) => Promise<void>) {
  const tasks: { task: () => void; milliseconds: number }[] = []
  const refused: string[] = []
  const strangers: string[] = []
  const line = { up: true, swallows: false, loses: '', twice: false, sent: [] as string[] }
  const make = (name: string, fingerprint: string, polite: boolean, to: () => End) => {
    const peer = new FakePeer(fingerprint)
    const negotiation = negotiate({
      peer: peer as unknown as NegotiatedPeer,
      polite,
      canSignal: () => line.up,
      send(payload) {
        line.sent.push(payload)
        const signal = decodeSignal(payload)
        const kind = signal && 'description' in signal ? signal.description.type : 'candidate'
        if (!line.up || line.swallows || line.loses === kind) return line.up
        for (let times = line.twice ? 2 : 1; times > 0; times -= 1) {
          setTimeout(() => to().negotiation.receive(payload), 0)
        }
        return true
      },
      ...(beforeNewWay ? { beforeNewWay: () => beforeNewWay(name) } : {}),
      onRefused: () => refused.push(name),
      onStranger: () => strangers.push(name),
      later(task, milliseconds) {
        const entry = { task, milliseconds }
        tasks.push(entry)
        return () => {
          const at = tasks.indexOf(entry)
          if (at >= 0) tasks.splice(at, 1)
        }
      },
    })
    return { peer, negotiation }
  }
  type End = { peer: FakePeer; negotiation: ReturnType<typeof negotiate> }
  const caller: End = make('caller', 'AA:AA', false, () => callee)
  const callee: End = make('callee', 'BB:BB', true, () => caller)
  const settle = async () => {
    for (let round = 0; round < 30; round += 1) await turn()
  }
  const start = async () => {
    caller.peer.need()
    await settle()
    for (const { peer } of [caller, callee]) peer.become('connected')
  }
  return { caller, callee, line, tasks, refused, strangers, settle, start }
}

const descriptionsIn = (sent: string[], type: 'offer' | 'answer') =>
  sent.map(decodeSignal).filter((signal) => {
    return signal && 'description' in signal && signal.description.type === type
  }).length
const offersOf = (sent: string[]) => descriptionsIn(sent, 'offer')
const answersOf = (sent: string[]) => descriptionsIn(sent, 'answer')

describe('two ends', () => {
  test('come to one offer and one answer, with their candidates', async () => {
    const { caller, callee, line, start } = connect()
    await start()
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
    expect(offersOf(line.sent)).toBe(1)
    expect(caller.peer.candidates).toEqual(['candidate of BB:BB'])
    expect(callee.peer.candidates).toEqual(['candidate of AA:AA'])
  })

  test('the callee leaves the first offer to the caller', async () => {
    const { callee, line, settle } = connect()
    callee.peer.need()
    await settle()
    expect(line.sent).toEqual([])
  })

  test('candidates wait for their description', async () => {
    const { callee, settle } = connect()
    const candidate = { candidate: 'early', sdpMid: '0', sdpMLineIndex: 0 }
    await callee.negotiation.receive(encodeSignal({ candidate }))
    expect(callee.peer.candidates).toEqual([])
    const sdp = 'v=0\r\na=fingerprint:sha-256 AA:AA\r\n'
    await callee.negotiation.receive(encodeSignal({ description: { type: 'offer', sdp } }))
    await settle()
    expect(callee.peer.candidates).toEqual(['early'])
  })

  test('when both offer at once, the callee gives way and comes after', async () => {
    const { caller, callee, start, settle } = connect()
    await start()
    caller.peer.need()
    callee.peer.need()
    await settle()
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
    expect(caller.peer.rollbacks).toBe(0)
    expect(callee.peer.rollbacks).toBeLessThanOrEqual(1)
    expect(callee.peer.remoteSdp).toContain('a=offer:2')
  })

  test('nonsense changes nothing', async () => {
    const { caller, callee, start } = connect()
    await start()
    for (const payload of [
      '',
      '***',
      btoa('{}'),
      encodeSignal({ candidate: { candidate: 'x' } }),
    ]) {
      await caller.negotiation.receive(payload)
    }
    expect(caller.peer.signalingState).toBe('stable')
    expect(callee.peer.signalingState).toBe('stable')
  })
})

describe('a connection that breaks', () => {
  test('is given a moment, then looked for anew until it is back', async () => {
    const { caller, line, tasks, start, settle } = connect()
    await start()
    caller.peer.become('disconnected')
    expect(offersOf(line.sent)).toBe(1)
    tasks.shift()?.task()
    await settle()
    expect(offersOf(line.sent)).toBe(2)
    tasks.shift()?.task()
    await settle()
    expect(offersOf(line.sent)).toBe(3)
    caller.peer.become('connected')
    expect(tasks).toEqual([])
  })

  test('the caller tries first, so that the two seldom meet', async () => {
    const { caller, callee, tasks, start } = connect()
    await start()
    callee.peer.become('failed')
    caller.peer.become('failed')
    const [calleeWaits, callerWaits] = tasks.map(({ milliseconds }) => milliseconds)
    expect(callerWaits).toBeLessThan(calleeWaits ?? 0)
  })

  test('is looked for anew once the other end can be told, and not before', async () => {
    const { caller, callee, line, start, settle } = connect()
    await start()
    line.up = false
    caller.negotiation.restart()
    await settle()
    // The old way still works, and a browser leaves it with its offer.
    expect(caller.peer.signalingState).toBe('stable')
    line.up = true
    caller.negotiation.signallingIsBack()
    await settle()
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
    expect(callee.peer.remoteSdp).toContain('a=offer:2')
  })

  test('an offer that the socket took although it was dead is sent again', async () => {
    const { caller, callee, line, start, settle } = connect()
    await start()
    line.swallows = true
    caller.negotiation.restart()
    await settle()
    line.swallows = false
    // Browsers may go on calling it connected.
    expect(caller.peer.connectionState).toBe('connected')
    caller.negotiation.signallingIsBack()
    await settle()
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
    expect(callee.peer.remoteSdp).toContain('a=offer:2')
  })

  test('what is wished after an offer that is lost is looked for once that is answered, and once', async () => {
    const { caller, callee, line, start, settle, tasks } = connect()
    await start()
    line.swallows = true
    caller.negotiation.restart()
    await settle()
    // The network changed again: what that offer named is not there any more.
    caller.negotiation.restart()
    await settle()
    line.swallows = false
    caller.negotiation.signallingIsBack()
    await settle()
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
    expect(callee.peer.remoteSdp).toContain('a=offer:3')

    line.sent.length = 0
    for (const { task } of tasks.splice(0)) task()
    caller.negotiation.signallingIsBack()
    await settle()
    expect(line.sent).toEqual([])
  })

  test('an attempt that finds an offer waiting is content with that offer', async () => {
    const { caller, callee, line, start, settle, tasks } = connect()
    await start()
    caller.peer.become('failed')
    line.swallows = true
    for (const { task } of tasks.splice(0)) task()
    await settle()
    line.swallows = false
    for (const { task } of tasks.splice(0)) task()
    await settle()
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
    expect(callee.peer.remoteSdp).toContain('a=offer:2')
  })

  test('a lost offer does not stand in the way of what the other end offers', async () => {
    const { caller, callee, line, start, settle } = connect()
    await start()
    line.swallows = true
    caller.negotiation.restart()
    await settle()
    line.swallows = false
    callee.negotiation.restart()
    await settle()
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
    expect(callee.peer.remoteSdp).toContain('a=offer:2')
  })

  test('nothing is done about a connection that works when the server is back', async () => {
    const { caller, line, start, settle } = connect()
    await start()
    const before = line.sent.length
    caller.negotiation.signallingIsBack()
    await settle()
    expect(line.sent).toHaveLength(before)
  })

  test('both ends prepare for a new way: one before its offer, the other before its answer', async () => {
    const prepared: string[] = []
    const { caller, callee, line, start, settle } = connect(async (name) => {
      await turn()
      prepared.push(`${name}, ${offersOf(line.sent)} offers, ${answersOf(line.sent)} answers`)
    })
    await start()
    expect(prepared).toEqual([])
    caller.negotiation.restart()
    await settle()
    expect(prepared).toEqual(['caller, 1 offers, 1 answers', 'callee, 2 offers, 1 answers'])
    expect(callee.peer.remoteSdp).toContain('a=offer:2')
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
  })

  test('what is wished again while it prepares is one new way', async () => {
    const ready = Promise.withResolvers<void>()
    const { caller, callee, line, start, settle } = connect(() => ready.promise)
    await start()
    caller.negotiation.restart()
    caller.negotiation.restart()
    await settle()
    expect(offersOf(line.sent)).toBe(1)
    ready.resolve()
    await settle()
    expect(offersOf(line.sent)).toBe(2)
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
  })

  test('nothing is sent after the end', async () => {
    const { caller, line, tasks, start, settle } = connect()
    await start()
    caller.peer.become('disconnected')
    caller.negotiation.close()
    const before = line.sent.length
    for (const { task } of tasks) task()
    caller.peer.need()
    await settle()
    expect(line.sent).toHaveLength(before)
  })
})

describe('a signal that is lost without a word', () => {
  test.each([
    { loses: 'offer', who: 'caller' },
    { loses: 'answer', who: 'caller' },
    { loses: 'offer', who: 'callee' },
    { loses: 'answer', who: 'callee' },
  ] as const)('the $loses to what the $who offers: it is said again', async ({ loses, who }) => {
    const ends = connect()
    const { caller, callee, line, tasks, start, settle } = ends
    await start()
    line.loses = loses
    ends[who].negotiation.restart()
    await settle()
    expect(ends[who].peer.signalingState).toBe('have-local-offer')
    line.loses = ''
    for (const { task } of tasks.splice(0)) task()
    await settle()
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
    expect(ends[who === 'caller' ? 'callee' : 'caller'].peer.remoteSdp).toContain('a=offer:')
    // Nothing goes on waiting.
    expect(tasks).toEqual([])
  })

  test.each(['offer', 'answer'])('the first %s, too', async (loses) => {
    const { caller, callee, line, tasks, settle } = connect()
    line.loses = loses
    caller.peer.need()
    await settle()
    line.loses = ''
    for (const { task } of tasks.splice(0)) task()
    await settle()
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
    expect(callee.peer.given).toBe(1)
  })

  test('goes with the candidates that were found meanwhile, each by itself', async () => {
    const { caller, line, tasks, start, settle } = connect()
    await start()
    line.swallows = true
    caller.negotiation.restart()
    await settle()
    const { type, sdp } = caller.peer.localDescription as RTCSessionDescription
    const found = `${sdp}m=audio 9 RTP 0\r\na=candidate:7 1 udp 1 192.0.2.7 7 typ host\r\na=mid:x\r\n`
    caller.peer.localDescription = { type, sdp: found } as RTCSessionDescription
    const before = line.sent.length
    for (const { task } of tasks.splice(0)) task()
    const [first, ...others] = line.sent.slice(before).map(decodeSignal)
    expect(JSON.stringify(first)).not.toContain('candidate')
    expect(others).toEqual([
      {
        candidate: {
          candidate: 'candidate:7 1 udp 1 192.0.2.7 7 typ host',
          sdpMid: 'x',
          sdpMLineIndex: 0,
          usernameFragment: null,
        },
      },
    ])
  })

  test('what is refused for being too fast is not made up for ever faster', async () => {
    const { caller, line, tasks, start, settle } = connect()
    await start()
    line.swallows = true
    caller.negotiation.restart()
    await settle()
    const before = offersOf(line.sent)
    for (let times = 0; times < 20; times += 1) caller.negotiation.signallingIsBack()
    await settle()
    expect(offersOf(line.sent)).toBe(before + 1)
    line.swallows = false
    for (const { task } of tasks.splice(0)) task()
    await settle()
    expect(caller.peer.signalingState).toBe('stable')
  })
})

describe('a description that comes twice, or late', () => {
  test('is given to the browser once', async () => {
    const { caller, callee, line, start, settle } = connect()
    line.twice = true
    await start()
    expect([caller.peer.given, callee.peer.given]).toEqual([1, 1])
    callee.negotiation.restart()
    await settle()
    expect([caller.peer.given, callee.peer.given]).toEqual([2, 2])
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
  })

  test('an answer is not taken for the answer to another offer', async () => {
    const { caller, callee, line, start, settle } = connect()
    await start()
    const answer = line.sent.find((payload) => answersOf([payload]) === 1) ?? ''
    line.swallows = true
    caller.negotiation.restart()
    await settle()
    await caller.negotiation.receive(answer)
    expect(caller.peer.signalingState).toBe('have-local-offer')
    line.swallows = false
    caller.negotiation.signallingIsBack()
    await settle()
    expect(caller.peer.signalingState).toBe('stable')
    expect(callee.peer.remoteSdp).toContain('a=offer:2')
  })

  test('an offer from before another one changes nothing', async () => {
    const { caller, callee, line, start, settle } = connect()
    await start()
    const [first = ''] = line.sent
    caller.negotiation.restart()
    await settle()
    await callee.negotiation.receive(first)
    await settle()
    expect(callee.peer.remoteSdp).toContain('a=offer:2')
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
  })

  test('both ends that offered while the other was away come together', async () => {
    const { caller, callee, line, start, settle } = connect()
    await start()
    line.swallows = true
    for (const { negotiation } of [caller, callee]) negotiation.restart()
    await settle()
    line.swallows = false
    for (const { negotiation } of [callee, caller]) negotiation.signallingIsBack()
    await settle()
    expect([caller.peer.signalingState, callee.peer.signalingState]).toEqual(['stable', 'stable'])
    expect(caller.peer.rollbacks).toBe(0)
  })
})

describe('a stranger', () => {
  const offer = (sdp: string) => encodeSignal({ description: { type: 'offer', sdp } })

  test('with another certificate is not let in later', async () => {
    const { callee, refused, start, settle } = connect()
    await start()
    const sdp = 'v=0\r\na=offer:9\r\na=fingerprint:sha-256 66:66\r\n'
    await callee.negotiation.receive(offer(sdp))
    await settle()
    expect(refused).toEqual(['callee'])
    expect(callee.peer.remoteSdp).not.toContain('66:66')
  })

  test('without any certificate is not let in at all', async () => {
    const { callee, refused, settle } = connect()
    await callee.negotiation.receive(offer('v=0\r\n'))
    await settle()
    expect(refused).toEqual(['callee'])
    expect(callee.peer.signalingState).toBe('stable')
  })

  test('whom the browser has understood to be meant gets no answer', async () => {
    const { callee, line, strangers, start, settle } = connect()
    await start()
    const before = line.sent.length
    callee.peer.misreadAs = 'v=0\r\na=fingerprint:sha-256 66:66\r\n'
    await callee.negotiation.receive(offer('v=0\r\na=offer:9\r\na=fingerprint:sha-256 AA:AA\r\n'))
    await settle()
    expect(strangers).toEqual(['callee'])
    expect(line.sent).toHaveLength(before)
  })
})
