/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { NewOperatorNotice } from '../../../views/operator/notice.tsx'
import { type Language, languages } from '../../text/languages.ts'

/** Shows a tab what the operator tells everybody; an empty text takes the last away. */
export const noticeHtml = (language: Language, text: string): string =>
  String(<NewOperatorNotice t={languages[language]} text={text} />)
