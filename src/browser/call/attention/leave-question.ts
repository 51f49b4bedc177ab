/** Asks before a reload, Back or a closed tab ends a call. The words are the browser's own. */
const ask = (event: BeforeUnloadEvent) => event.preventDefault()

/** Only in a call: a page that listens to this may not be kept for Back. */
export function askBeforeLeaving(on: boolean): void {
  if (on) addEventListener('beforeunload', ask)
  else removeEventListener('beforeunload', ask)
}
