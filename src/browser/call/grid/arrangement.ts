import { boxesOf } from './boxes.ts'
import { place } from './tile-parts.ts'

/** What stands on the stage: a person's tile, or one's own. */
export type Placed = {
  key: string
  root: HTMLElement
  shape: () => number | undefined
}

/**
 * Puts the tiles where they have most room, and again when the stage or a picture has another shape.
 * In a call of two the styles do that.
 */
export function createArrangement(parts: {
  stage: HTMLElement
  /** In the order in which they stand. */
  placed: () => readonly Placed[]
  large: () => string | undefined
}): { arrange: () => void } {
  const { stage } = parts

  function arrange(): void {
    const placed = parts.placed()
    const isSeveral = placed.length > 2
    stage.toggleAttribute('data-several', isSeveral)
    const at = isSeveral ? placed.findIndex(({ key }) => key === parts.large()) : -1
    const size = { width: stage.clientWidth, height: stage.clientHeight }
    const shapes = placed.map(({ shape }) => shape())
    const boxes = isSeveral ? boxesOf(size, shapes, at < 0 ? undefined : at) : []
    for (const [index, { root }] of placed.entries()) place(root, boxes[index], index === at)
  }

  // It does not bubble.
  stage.addEventListener('resize', arrange, true)
  new ResizeObserver(arrange).observe(stage)
  return { arrange }
}
