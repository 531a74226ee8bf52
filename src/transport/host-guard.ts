const loopbackNames: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * True if `host` (the Host header) names this machine: a loopback name or one of `allowed`. A web page can make a name
 * of its own resolve to 127.0.0.1 (DNS rebinding), but the browser then sends that name.
 */
export function isAllowedHost(host: string | undefined, allowed: readonly string[]): boolean {
  if (host === undefined) return false;
  const name = host.toLowerCase().replace(/:\d+$/, "");
  return loopbackNames.includes(name) || allowed.some((other) => other.toLowerCase() === name);
}
