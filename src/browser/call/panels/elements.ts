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

/** Shows tracks in a video element; none of them, nothing. */
export function showTracks(target: HTMLVideoElement, ...tracks: (MediaStreamTrack | undefined)[]) {
  const wanted = tracks.filter((track) => track !== undefined)
  const shown = target.srcObject instanceof MediaStream ? target.srcObject.getTracks() : []
  const same = wanted.length === shown.length && wanted.every((track, at) => track === shown[at])
  if (same) return
  target.srcObject = wanted.length > 0 ? new MediaStream(wanted) : null
}
