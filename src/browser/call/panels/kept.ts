/** What the browser did not store: kept for as long as this page is open. */
const unstored = new Map<string, string>()

const listeners = new Set<() => void>()

/** Calls back after every change, this tab's own and those of other tabs. */
export function onKept(changed: () => void): void {
  listeners.add(changed)
  addEventListener('storage', changed)
}

/** What this browser keeps for its person; empty values count as none. */
export function kept(key: string): string | undefined {
  const here = unstored.get(key)
  if (here !== undefined) return here || undefined
  try {
    return localStorage.getItem(`encontro.${key}`) || undefined
  } catch {
    return undefined
  }
}

/** Keeps a value; an empty one is forgotten. */
export function keep(key: string, value: string): void {
  try {
    if (value === '') localStorage.removeItem(`encontro.${key}`)
    else localStorage.setItem(`encontro.${key}`, value)
    unstored.delete(key)
  } catch {
    // Storage is full or forbidden.
    unstored.set(key, value)
  }
  for (const changed of listeners) changed()
}
