/** Milliseconds: it shakes, rests, shakes. */
const pattern = [500, 250, 500]
/** As the tone that it goes with. */
const cycleMs = 3_000

let timer: ReturnType<typeof setInterval> | undefined

/** Shakes the telephone until `stopVibration`, where it can, and once its page has been touched. */
export function startVibration(): void {
  stopVibration()
  if (!navigator.vibrate) return
  shake()
  timer = setInterval(shake, cycleMs)
}

export function stopVibration(): void {
  if (timer === undefined) return
  clearInterval(timer)
  timer = undefined
  if (mayShake()) navigator.vibrate(0)
}

function shake(): void {
  if (mayShake()) navigator.vibrate(pattern)
}

// Browsers refuse it to a page that nobody has touched, and complain.
const mayShake = (): boolean => navigator.userActivation?.hasBeenActive !== false
