/** Runs a task some milliseconds later, unless what it gives back is called before. */
export type Later = (task: () => void, milliseconds: number) => () => void

export const later: Later = (task, milliseconds) => {
  const timer = setTimeout(task, milliseconds)
  return () => clearTimeout(timer)
}
