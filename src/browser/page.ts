/**
 * What the pages do beyond htmx: calls, showing that the connection is lost, the dialog, copying, and
 * times in the reader's own zone. Every page works without it.
 */
import './call/call-page.ts'
import './connection.ts'
import './console.ts'
import './copy.ts'
import './dialog.ts'
import './entered.ts'
import './invite.ts'
import './moments.ts'
import './view.ts'
import './wire.ts'
