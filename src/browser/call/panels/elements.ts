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

/** Stands for the name while a sentence is taken apart: no sentence of ours holds it. */
const nameMark = '\uFFFC'

/**
 * The same for a sentence with a name in it. The name is isolated: its writing direction does not change
 * the order of the words around it (HTML, section 4.5.24).
 */
export function sayWithName(
  target: Element,
  sentence: (name: string) => string,
  name: string,
): void {
  if (target.textContent === sentence(name)) return
  const parts = sentence(nameMark).split(nameMark)
  const nodes = parts.flatMap((words, at) => (at === 0 ? [words] : [isolatedName(name), words]))
  target.replaceChildren(...nodes)
}

/** The same for several names, listed as the page's language does. */
export function sayWithNames(
  target: Element,
  sentence: (names: string) => string,
  names: readonly string[],
): void {
  const list = new Intl.ListFormat(document.documentElement.lang).formatToParts(names)
  const words = list.map(({ value }) => value).join('')
  if (target.textContent === sentence(words)) return
  const [before = '', after = ''] = sentence(nameMark).split(nameMark)
  const nodes = list.map(({ type, value }) => (type === 'element' ? isolatedName(value) : value))
  target.replaceChildren(before, ...nodes, after)
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
