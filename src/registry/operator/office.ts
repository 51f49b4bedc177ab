import { ok } from '../../result.ts'
import { Blocks } from './blocks.ts'
import { Deeds, type DeedsParts } from './deeds.ts'
import { Operator, type OperatorParts } from './operator.ts'

/** All that the operator can do to a registry. */
export type Office = { operator: Operator; deeds: Deeds; blocks: Blocks }

export type OfficeParts = Pick<OperatorParts, 'directory' | 'isTrusted' | 'limits' | 'log'> &
  Pick<DeedsParts, 'connections' | 'tell' | 'kicked'> & {
    /** Unix time in milliseconds. */
    wallClock?: () => number
    /** Where a deed is done, beside here. By default nowhere else. */
    order?: OperatorParts['order'] | undefined
  }

export function openOffice({ wallClock: now = Date.now, order, ...parts }: OfficeParts): Office {
  const blocks = new Blocks(now, parts.isTrusted)
  const deeds = new Deeds({ ...parts, blocks })
  const operator = new Operator({
    ...parts,
    blocks,
    now,
    order:
      order ??
      ((deed) => {
        deeds.do(deed)
        return ok(undefined)
      }),
  })
  return { operator, deeds, blocks }
}
