import type { Chosen } from './media.ts'

export type DeviceKind = 'audio' | 'video' | 'speaker'

const keys: Record<DeviceKind, string> = {
  audio: 'encontro.microphone',
  video: 'encontro.camera',
  speaker: 'encontro.speaker',
}

/** What this browser's person chose last. A browser that keeps nothing asks again, and no more. */
export function chosenDevice(kind: DeviceKind): string | undefined {
  try {
    return localStorage.getItem(keys[kind]) ?? undefined
  } catch {
    return undefined
  }
}

export function rememberDevice(kind: DeviceKind, id: string): void {
  try {
    if (id === '') localStorage.removeItem(keys[kind])
    else localStorage.setItem(keys[kind], id)
  } catch {
    // Storage is full or forbidden: the choice holds for this call.
  }
}

export const chosenDevices = (): Chosen => ({
  audio: chosenDevice('audio'),
  video: chosenDevice('video'),
})
