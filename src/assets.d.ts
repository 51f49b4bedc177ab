declare module '*.min.js' {
  const path: string
  export default path
}
