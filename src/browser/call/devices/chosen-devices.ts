import { keep, kept } from '../panels/kept.ts'
import type { Chosen } from './media.ts'

export type DeviceKind = 'audio' | 'video' | 'speaker'

const keys: Record<DeviceKind, string> = {
  audio: 'microphone',
  video: 'camera',
  speaker: 'speaker',
}

/** What this browser's person chose last. */
export const chosenDevice = (kind: DeviceKind): string | undefined => kept(keys[kind])

export const rememberDevice = (kind: DeviceKind, id: string): void => keep(keys[kind], id)

export const chosenDevices = (): Chosen => ({
  audio: chosenDevice('audio'),
  video: chosenDevice('video'),
})
