/** Nodes that decide by other rules would not come to the same state. */
export class OtherRules extends Error {
  override readonly name = 'OtherRules'
}
