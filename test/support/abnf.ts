import * as abnf from 'abnf'
import peggy from 'peggy'

export type Grammar = {
  /** Whether the whole text is one of this rule. */
  matches(rule: string, text: string): boolean
}

/** Throws where the text is no ABNF (RFC 5234, RFC 7405), or a rule is missing or never used. */
export function readGrammar(text: string): Grammar {
  const rules = abnf.parseString(text)
  const wrong = abnf.checkRefs(rules)
  if (wrong) throw new Error(wrong.join('\n'))
  const parser = peggy.generate(rules.toFormat({ format: 'peggy', startRule: [rules.first] }), {
    allowedStartRules: ['*'],
  })
  return {
    matches(rule, text) {
      try {
        parser.parse(text, { startRule: rule.replaceAll('-', '_') })
        return true
      } catch (error) {
        if (error instanceof parser.SyntaxError) return false
        throw error
      }
    },
  }
}
