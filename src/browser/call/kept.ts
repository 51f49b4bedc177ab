/** What this browser keeps for its person. One that keeps nothing asks again, and no more. */
export function kept(key: string): string | undefined {
  try {
    return localStorage.getItem(`encontro.${key}`) ?? undefined
  } catch {
    return undefined
  }
}

/** Keeps a value; an empty one is forgotten. */
export function keep(key: string, value: string): void {
  try {
    if (value === '') localStorage.removeItem(`encontro.${key}`)
    else localStorage.setItem(`encontro.${key}`, value)
  } catch {
    // Storage is full or forbidden: the choice holds for this page.
  }
}
