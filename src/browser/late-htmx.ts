/**
 * The form works without htmx, which would come between it and its first picture: the styles have come by the
 * time when this runs.
 */
const { htmx } = document.body.dataset
if (htmx !== undefined) {
  const script = document.createElement('script')
  script.src = htmx
  document.head.append(script)
}

export {}
