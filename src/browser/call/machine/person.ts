/** The other end of a call, as the directory knows it. */
export type Person = { name: string; ip: string }

export const samePerson = (a: Person, b: Person): boolean => a.name === b.name && a.ip === b.ip
