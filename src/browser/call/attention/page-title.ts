/** The title of the tab: that it rings, or else how many calls were missed, before the page's own. */
let own = ''
let written: string | undefined
let ringing: string | undefined
let missed = 0

/** Without words it does not ring. */
export function ringInTitle(words: string | undefined): void {
  ringing = words
  write()
}

export function countInTitle(missedCalls: number): void {
  missed = missedCalls
  write()
}

function write(): void {
  // What is not from here is the page's own.
  if (document.title !== written) own = document.title
  document.title = ringing ?? (missed > 0 ? `(${missed}) ${own}` : own)
  // As the browser keeps it, which may have fewer spaces.
  written = document.title
}
