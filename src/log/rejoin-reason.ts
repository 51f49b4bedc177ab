/** Why a node takes its place among the others anew. */
export type RejoinReason = 'start' | 'epoch' | 'fenced' | 'gap' | 'behind' | 'no-state'
