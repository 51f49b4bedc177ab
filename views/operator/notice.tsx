/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import { isolated } from '../../src/text/isolated.ts'
import type { Text } from '../../src/text/pt.ts'

/** What the operator tells everybody; nothing where that is nothing. */
export const OperatorNotice: FC<{ t: Text; text: string }> = ({ t, text }) =>
  text === '' ? null : (
    <p class="notice notice--warning">
      <strong>{t.operatorSays}</strong> {isolated(text)}
    </p>
  )

/** The same for an open page. */
export const NewOperatorNotice: FC<{ t: Text; text: string }> = (props) => (
  <hx-partial hx-target="#operator-notice" hx-swap="innerHTML">
    <OperatorNotice {...props} />
  </hx-partial>
)
