declare module '*.min.js' {
  const path: string
  export default path
}

declare module '*.lua' {
  const text: string
  export default text
}
