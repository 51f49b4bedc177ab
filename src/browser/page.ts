/**
 * What the pages do beyond htmx: showing that the connection is lost, the dialog, copying, and
 * times in the reader's own zone. Every page works without it.
 */
import './connection.ts'
import './copy.ts'
import './dialog.ts'
import './moments.ts'
