import type { Sending } from '../call-machine.ts'

/** Whether this page may use that device without asking. */
export async function isAllowed(device: 'camera' | 'microphone'): Promise<boolean> {
  try {
    const { state } = await navigator.permissions.query({ name: device as PermissionName })
    return state === 'granted'
  } catch {
    // Some browsers do not tell of devices; then this counts as not asked yet.
    return false
  }
}

/**
 * Whether a connection may begin before the devices are open. They will open without a question; and this browser
 * shows its real addresses to the other ends by now: Chromium once it has the permission, others only while a
 * device is open.
 */
export async function needsNoDevices(sending: Sending): Promise<boolean> {
  if (!('userAgentData' in navigator)) return false
  const devices =
    sending === 'video' ? (['microphone', 'camera'] as const) : (['microphone'] as const)
  return (await Promise.all(devices.map(isAllowed))).every(Boolean)
}
