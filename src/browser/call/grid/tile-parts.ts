import type { Box } from './boxes.ts'

const common = ['off', 'initial', 'name', 'muted', 'enlarge'] as const

type Parts<Name extends string> = Record<Name | (typeof common)[number], HTMLElement> & {
  picture: HTMLVideoElement
}

/** The parts of a tile, by what `views/calls/pictures.tsx` calls them. */
export function partsOf<Name extends string = never>(
  root: HTMLElement,
  more: readonly Name[] = [],
): Parts<Name> {
  const picture = root.querySelector('video')
  if (!picture) throw new Error('bug: a tile without a picture')
  const named = [...common, ...more].map((name) => [name, partOf(root, name)] as const)
  return { picture, ...Object.fromEntries(named) } as Parts<Name>
}

function partOf(root: HTMLElement, name: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(`[data-tile="${name}"]`)
  if (!found) throw new Error(`bug: a tile without ${name}`)
  return found
}

/** The width by the height of what a picture shows, as soon as it shows something. */
export const shapeOf = ({ videoWidth, videoHeight }: HTMLVideoElement): number | undefined =>
  videoWidth > 0 && videoHeight > 0 ? videoWidth / videoHeight : undefined

/** Puts a tile where its box is; without a box, where the styles of a call of two want it. */
export function place(root: HTMLElement, box: Box | undefined, large: boolean): void {
  for (const side of ['left', 'top', 'width', 'height'] as const) {
    if (box) root.style.setProperty(`--tile-${side}`, `${box[side]}px`)
    else root.style.removeProperty(`--tile-${side}`)
  }
  root.toggleAttribute('data-large', large)
  partOf(root, 'enlarge').setAttribute('aria-pressed', String(large))
}
