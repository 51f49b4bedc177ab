import type { OneCamera } from './media.ts'

type Camera = Pick<MediaDeviceInfo, 'kind' | 'deviceId'>

/**
 * How to ask for another camera than the one in use. A phone's are asked for by the side that they look
 * to, since it has several on one side; others by their place in the list of devices.
 */
export function otherCamera(
  inUse: Pick<MediaTrackSettings, 'facingMode' | 'deviceId'>,
  devices: readonly Camera[],
): OneCamera | undefined {
  const cameras = devices.filter(({ kind }) => kind === 'videoinput')
  if (cameras.length < 2) return undefined
  if (inUse.facingMode === 'user') return { facingMode: 'environment' }
  if (inUse.facingMode === 'environment') return { facingMode: 'user' }
  const at = cameras.findIndex(({ deviceId }) => deviceId === inUse.deviceId)
  const next = cameras.at((at + 1) % cameras.length)
  return next && { deviceId: next.deviceId }
}
