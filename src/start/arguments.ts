/** What the program is asked to do. */
export type Asked = 'start' | 'check' | 'help' | 'version'

const askedBy: Record<string, Asked> = {
  '--check': 'check',
  '--help': 'help',
  '-h': 'help',
  '--version': 'version',
  '-v': 'version',
}

/** An argument that is none: a server that started all the same would not do what was meant. */
export class BadArgument extends Error {
  override readonly name = 'BadArgument'
}

/** Reads the arguments after the program's name. Throws `BadArgument` for the first that is not known. */
export function readArguments(words: readonly string[]): Asked {
  const all = words.map((word) => {
    // Not `toString` and the like.
    const asked = Object.hasOwn(askedBy, word) ? askedBy[word] : undefined
    if (!asked) throw new BadArgument(`${JSON.stringify(word)}: no such argument; see --help`)
    return asked
  })
  const order: Asked[] = ['help', 'version', 'check']
  return order.find((asked) => all.includes(asked)) ?? 'start'
}
