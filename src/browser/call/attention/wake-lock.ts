/** Keeps the screen on in a call: a person that only listens touches nothing for a long time. */
let wanted = false
let lock: WakeLockSentinel | undefined

export function keepScreenOn(on: boolean): void {
  wanted = on
  if (on) void take()
  else letGo()
}

async function take(): Promise<void> {
  if (lock || document.visibilityState !== 'visible') return
  try {
    const taken = await navigator.wakeLock?.request('screen')
    if (!taken) return
    lock = taken
    taken.addEventListener('release', () => {
      if (lock === taken) lock = undefined
    })
    if (!wanted) letGo()
  } catch {
    // A system that saves power refuses; the call goes on.
  }
}

function letGo(): void {
  lock?.release().catch(() => {})
  lock = undefined
}

// The browser takes it away from a page that is hidden.
document.addEventListener('visibilitychange', () => {
  if (wanted) void take()
})
