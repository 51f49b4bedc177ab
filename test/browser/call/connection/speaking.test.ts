import { expect, test } from 'bun:test'
import {
  silentVoice,
  type Voice,
  voiceAfter,
  watchSpeaking,
} from '../../../../src/browser/call/connection/speaking.ts'
import { eventually } from '../../../support/eventually.ts'

/** Whether there is a voice after each of the levels, which are 200 ms apart. */
const voices = (...levels: number[]): boolean[] => {
  let voice: Voice = silentVoice
  return levels.map((level, at) => {
    voice = voiceAfter(voice, level, at * 200)
    return voice.speaks
  })
}

test('a voice is heard, the noise of a room is not', () => {
  expect(voices(0, 0.005, 0.01, 0.02, 0.1)).toEqual([false, false, false, false, true])
})

test('a voice that gets softer is still one; the same noise alone is none', () => {
  expect(voices(0.1, 0.02, 0.02, 0.02, 0.02, 0.02)).toEqual(Array(6).fill(true))
  expect(voices(0.02, 0.02, 0.02, 0.02)).toEqual(Array(4).fill(false))
})

test('a pause between two words is no end, a longer one is', () => {
  expect(voices(0.1, 0, 0, 0.1)).toEqual([true, true, true, true])
  expect(voices(0.1, 0, 0, 0, 0, 0.02)).toEqual([true, true, true, false, false, false])
})

test('the last level of a sound that no longer comes is silence', async () => {
  const source = { timestamp: 1, audioLevel: 0.5, source: 1, rtpTimestamp: 1 }
  let flows = true
  let looks = 0
  const heard: boolean[] = []
  const watch = watchSpeaking(
    {
      getSynchronizationSources: () => {
        looks += 1
        if (flows) source.timestamp += 200
        return [{ ...source }]
      },
    },
    (speaking) => heard.push(speaking),
  )
  await eventually('heard', () => heard.at(-1) === true)
  flows = false
  await eventually('silent', () => heard.at(-1) === false)
  flows = true
  await eventually('heard again', () => heard.at(-1) === true)
  watch.close()
  const atEnd = looks
  await Bun.sleep(450)
  expect({ heard, looks }).toEqual({ heard: [true, false, true, false], looks: atEnd })
})
