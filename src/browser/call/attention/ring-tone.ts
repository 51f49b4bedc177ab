export type Tone = 'ring' | 'ringback'

/** Seconds: when each beep begins in its cycle, and how long it sounds. */
type Pattern = {
  cycle: number
  beeps: { at: number; length: number; hertz: number[] }[]
  volume: number
}

const patterns: Record<Tone, Pattern> = {
  // What rings here: two soft rising chimes.
  ring: {
    cycle: 3,
    volume: 0.16,
    beeps: [
      { at: 0, length: 0.5, hertz: [659.25] },
      { at: 0.25, length: 0.6, hertz: [830.61] },
      { at: 0.5, length: 0.9, hertz: [987.77] },
    ],
  },
  // What the caller hears in Brazil: 425 Hz, one second on and four off.
  ringback: { cycle: 5, volume: 0.06, beeps: [{ at: 0, length: 1, hertz: [425] }] },
}

let stopCurrent: (() => void) | undefined

/**
 * Sounds until `stopTone`. Browsers let no page sound that nobody has touched, not even after a
 * reload; there it begins with the first touch.
 */
export function startTone(tone: Tone): void {
  stopTone()
  if (typeof AudioContext === 'undefined') return
  if (navigator.userActivation?.hasBeenActive !== false) return sound(tone)
  const touch = new AbortController()
  const { signal } = touch
  for (const event of ['pointerdown', 'keydown']) {
    document.addEventListener(event, () => startTone(tone), { signal, once: true })
  }
  stopCurrent = () => touch.abort()
}

function sound(tone: Tone): void {
  const context = new AudioContext()
  const { cycle } = patterns[tone]
  const play = () => {
    if (context.state === 'running') playOnce(tone, context, context.destination)
  }
  context.resume().then(play, () => {})
  const timer = setInterval(play, cycle * 1_000)
  stopCurrent = () => {
    clearInterval(timer)
    context.close().catch(() => {})
  }
}

export function stopTone(): void {
  stopCurrent?.()
  stopCurrent = undefined
}

/** One cycle of it. */
export function playOnce(tone: Tone, context: AudioContext, to: AudioNode): void {
  const { beeps, volume } = patterns[tone]
  for (const { at, length, hertz } of beeps) {
    for (const pitch of hertz) beep(to, context.currentTime + at, length, pitch, volume)
  }
}

function beep(to: AudioNode, at: number, length: number, hertz: number, volume: number): void {
  const { context } = to
  const source = context.createOscillator()
  const gain = context.createGain()
  source.frequency.value = hertz
  // Without the ramps it would click.
  gain.gain.setValueAtTime(0, at)
  gain.gain.linearRampToValueAtTime(volume, at + 0.03)
  gain.gain.setValueAtTime(volume, at + length - 0.1)
  gain.gain.linearRampToValueAtTime(0, at + length)
  source.connect(gain).connect(to)
  source.start(at)
  source.stop(at + length)
}
