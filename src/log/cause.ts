/** Characters of a stack that are written: enough for its message and the frames that matter. */
const maxCause = 4_000

/** The stack with control characters made visible: its message may quote anything. */
export function causeOf(error: unknown): string {
  const whole = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const text = whole.length > maxCause ? `${whole.slice(0, maxCause)}…` : whole
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\uFFFD')
}
