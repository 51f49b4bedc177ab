import type { CallText } from '../../../text/call-pt.ts'
import { element } from '../panels/elements.ts'
import { createTile, type Tile } from './tile.ts'

/** The tiles of the others, by their keys. */
export type Tiles = {
  of: (key: string) => Tile | undefined
  /** The tile of a person that may be new. */
  open: (key: string) => Tile
  close: (key: string) => void
  /** Who is the first one, whose tile has the ids. */
  setFirst: (key: string | undefined) => void
  first: () => Tile
}

/** One tile is always there, as the page came with it, also while nobody is in it. */
export function createTiles(t: CallText, stage: HTMLElement): Tiles {
  const template = element('call-tile', HTMLTemplateElement).content
  const open = new Map<string, Tile>()
  let spare: Tile | undefined = createTile(t, rootIn(stage))
  let first = spare

  function create(): Tile {
    const copy = template.cloneNode(true) as DocumentFragment
    const root = rootIn(copy)
    stage.insertBefore(root, document.getElementById('call-own-frame'))
    return createTile(t, root)
  }

  return {
    of: (key) => open.get(key),
    open(key) {
      const tile = open.get(key) ?? spare ?? create()
      if (tile === spare) spare = undefined
      open.set(key, tile)
      return tile
    },
    close(key) {
      const tile = open.get(key)
      if (!tile) return
      open.delete(key)
      tile.clear()
      if (open.size === 0) spare = tile
      else tile.root.remove()
    },
    setFirst(key) {
      const next = open.get(key ?? '') ?? spare ?? first
      first.setFirst(false)
      next.setFirst(true)
      first = next
    },
    first: () => first,
  }
}

function rootIn(parent: ParentNode): HTMLElement {
  const root = parent.querySelector<HTMLElement>('.call-tile')
  if (!root) throw new Error('bug: no tile')
  return root
}
