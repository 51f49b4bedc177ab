import { button, element } from '../../panels/elements.ts'

/** Files are chosen by a button, dropped onto the call, or pasted into the chat. */
export function startFileChoice(send: (files: File[]) => void): void {
  const chosen = element('call-file-input', HTMLInputElement)
  button('call-file-button').addEventListener('click', () => chosen.click())
  chosen.addEventListener('change', () => {
    const files = [...(chosen.files ?? [])]
    // The same file can be chosen again.
    chosen.value = ''
    if (files.length > 0) send(files)
  })

  const field = element('call-chat-field', HTMLInputElement)
  field.addEventListener('paste', (event) => {
    const { clipboardData } = event
    // A copied table is a text and a picture of it: then the text is meant.
    if (!clipboardData?.files.length || clipboardData.types.includes('text/plain')) return
    event.preventDefault()
    send([...clipboardData.files])
  })

  // Everywhere in the call: beside the chat the browser would open the file in place of the call.
  const call = element('call', HTMLDialogElement)
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
  call.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return
    event.preventDefault()
    call.dataset.drop = ''
  })
  call.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && call.contains(relatedTarget))) delete call.dataset.drop
  })
  call.addEventListener('drop', (event) => {
    delete call.dataset.drop
    if (!hasFiles(event)) return
    event.preventDefault()
    const files = [...(event.dataTransfer?.items ?? [])].flatMap(fileOf)
    if (files.length > 0) send(files)
  })
}

/** A folder is none. */
function fileOf(item: DataTransferItem): File[] {
  if (item.kind !== 'file' || item.webkitGetAsEntry()?.isDirectory) return []
  const file = item.getAsFile()
  return file ? [file] : []
}
