/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'

export type PlotProps = {
  title: string
  /** Ascending in time; `x` from 0 for the beginning to 1 for now. */
  points: readonly { x: number; y: number }[]
  /** The same for people who do not see the line. */
  words: string
  from: string
  to: string
}

/** The drawing's own units: it is stretched to the width that there is. */
const [width, height] = [240, 60]

/**
 * A line over the last hour, as SVG that the server draws: it needs no script and no style of its own, and the
 * style sheet gives its colours (decisions/047).
 */
export const Plot: FC<PlotProps> = ({ title, points, words, from, to }) => {
  const most = Math.max(...points.map(({ y }) => y), Number.MIN_VALUE)
  const place = ({ x, y }: { x: number; y: number }) =>
    `${(x * width).toFixed(1)},${(height - 1 - (y / most) * (height - 4)).toFixed(1)}`
  const line = points.map(place).join(' ')
  const [first, last] = [points[0], points.at(-1)]
  const area =
    first && last ? `${place({ ...first, y: 0 })} ${line} ${place({ ...last, y: 0 })}` : ''
  return (
    <figure class="plot">
      <figcaption class="plot__title">
        {title}
        <span class="plot__words">{words}</span>
      </figcaption>
      <svg
        class="plot__picture"
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <polygon class="plot__area" points={area} />
        <polyline class="plot__line" points={line} />
      </svg>
      <p class="plot__times" aria-hidden="true">
        <span>{from}</span>
        <span>{to}</span>
      </p>
    </figure>
  )
}
