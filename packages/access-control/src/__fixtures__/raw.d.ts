declare module "*?raw" {
  const content: string;
  export { content as default };
}
