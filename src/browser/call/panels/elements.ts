/** One of the elements that `views/call.tsx` puts on the page. */
export function element<T extends Element>(id: string, type: { new (): T }): T {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`bug: no ${type.name} #${id}`)
  return found
}

export const button = (id: string): HTMLButtonElement => element(id, HTMLButtonElement)

export const video = (id: string): HTMLVideoElement => element(id, HTMLVideoElement)

export const block = (id: string): HTMLElement => element(id, HTMLElement)

export const all = (selector: string): NodeListOf<HTMLElement> =>
  document.querySelectorAll(selector)

/** Sets a text, but only where it differs: a live region speaks at every change. */
export function say(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text
}

/** Stand for the names while a sentence is taken apart: no sentence of ours holds them. */
const markOf = (at: number): string => String.fromCodePoint(0xf0000 + at)
const marks = /([\u{F0000}-\u{FFFFD}])/u

/** The same for a sentence with a name in it. */
export const sayWithName = (
  target: Element,
  sentence: (name: string) => string,
  name: string,
): void => sayWithNames(target, ([one = '']) => sentence(one), [name])

/**
 * The same for a sentence with names in it. Each is isolated: its writing direction does not change the
 * order of the words around it (HTML, section 4.5.24).
 */
export function sayWithNames(
  target: Element,
  sentence: (names: readonly string[]) => string,
  names: readonly string[],
): void {
  if (target.textContent === sentence(names)) return
  const byMark = new Map(names.map((name, at) => [markOf(at), name]))
  const parts = sentence([...byMark.keys()]).split(marks)
  const nodes = parts.map((part) => {
    const name = byMark.get(part)
    return name === undefined ? part : isolatedName(name)
  })
  target.replaceChildren(...nodes)
}

/** A name whose writing direction does not change the order of what stands around it. */
export function isolatedName(name: string): HTMLElement {
  const element = document.createElement('bdi')
  element.textContent = name
  return element
}

/** Shows tracks in a video element; none of them, nothing. */
export function showTracks(target: HTMLVideoElement, ...tracks: (MediaStreamTrack | undefined)[]) {
  const wanted = tracks.filter((track) => track !== undefined)
  const shown = target.srcObject instanceof MediaStream ? target.srcObject.getTracks() : []
  const same = wanted.length === shown.length && wanted.every((track, at) => track === shown[at])
  if (same) return
  target.srcObject = wanted.length > 0 ? new MediaStream(wanted) : null
}
