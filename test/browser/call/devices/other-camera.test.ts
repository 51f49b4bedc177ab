import { expect, test } from 'bun:test'
import { otherCamera } from '../../../../src/browser/call/devices/other-camera.ts'

const camera = (deviceId: string) => ({ kind: 'videoinput' as const, deviceId })
const microphone = { kind: 'audioinput' as const, deviceId: 'm' }

test('there is none where there is one camera', () => {
  expect(otherCamera({ deviceId: 'a' }, [camera('a'), microphone])).toBeUndefined()
  expect(otherCamera({ facingMode: 'user' }, [camera('a')])).toBeUndefined()
})

test('of a phone it is one on the other side, however many there are', () => {
  const devices = [camera('front'), camera('wide'), camera('back'), microphone]
  expect(otherCamera({ facingMode: 'user', deviceId: 'front' }, devices)).toEqual({
    facingMode: 'environment',
  })
  expect(otherCamera({ facingMode: 'environment', deviceId: 'wide' }, devices)).toEqual({
    facingMode: 'user',
  })
})

test('of a desk it is the next one, and after the last one the first', () => {
  const devices = [microphone, camera('a'), camera('b'), camera('c')]
  expect(otherCamera({ deviceId: 'a' }, devices)).toEqual({ deviceId: 'b' })
  expect(otherCamera({ deviceId: 'c' }, devices)).toEqual({ deviceId: 'a' })
  expect(otherCamera({ deviceId: 'gone' }, devices)).toEqual({ deviceId: 'a' })
})
