import type { HeldAt } from './replica-state.ts'

/**
 * Of registrations that several nodes have entered, those that may be together. Who was registered later
 * stays: the nodes had given up the other one's node by then, or had lost it. Nothing else decides, so
 * that all nodes come to the same. The oldest is first.
 */
export function contest(held: readonly HeldAt[]): { staying: HeldAt[]; displaced: HeldAt[] } {
  const staying: HeldAt[] = []
  const displaced: HeldAt[] = []
  const taken = new Set<string>()
  for (const each of held.toSorted((a, b) => b.serial - a.serial)) {
    const places = [`${each.ip},${each.name}`, `${each.ip}:${each.callPort}`]
    if (places.some((place) => taken.has(place))) displaced.push(each)
    else {
      staying.push(each)
      for (const place of places) taken.add(place)
    }
  }
  return { staying: staying.reverse(), displaced }
}
