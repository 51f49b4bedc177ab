/**
 * What the pages do beyond htmx: showing that the connection is lost, the dialog, copying, times in the
 * reader's own zone; and calls, whose script comes later. Every page works without it.
 */
import './calls.ts'
import './connection.ts'
import './console.ts'
import './copy.ts'
import './dialog.ts'
import './entered.ts'
import './invite.ts'
import './late-htmx.ts'
import './moments.ts'
import './view.ts'
import './wire.ts'
