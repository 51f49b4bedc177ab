import { playOnce } from '../attention/ring-tone.ts'

const soundMs = 1_600

/**
 * Sounds as a call that rings, by that speaker; by the usual one where it is gone. Resolves when it is over.
 * By an element and not by the context itself: more browsers let that one choose its speaker. What begins to
 * sound is not waited for: on a machine without any speaker it never does.
 */
export async function playTestSound(speaker: string | undefined): Promise<void> {
  const context = new AudioContext()
  const out = context.createMediaStreamDestination()
  const player = new Audio()
  player.srcObject = out.stream
  if (speaker !== undefined && 'setSinkId' in player) {
    await player.setSinkId(speaker).catch(() => {})
  }
  context.resume().catch(() => {})
  player.play().catch(() => {})
  playOnce('ring', context, out)
  await new Promise((done) => setTimeout(done, soundMs))
  player.srcObject = null
  context.close().catch(() => {})
}
