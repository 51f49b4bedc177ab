/** As much of the library as the tests use; it brings no types. */
declare module 'abnf' {
  type Rules = {
    first: string
    toFormat(options: { format: 'peggy'; startRule: string[] }): string
  }
  export function parseString(text: string): Rules
  /** What is wrong with the references between the rules, or `null`. */
  export function checkRefs(rules: Rules): string[] | null
}
