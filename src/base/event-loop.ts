/** Resolves on a later macrotask (`setImmediate`), after pending I/O had its turn. */
export function nextMacrotask(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
