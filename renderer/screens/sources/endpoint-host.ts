/** `opc.tcp://PLC-7:4840/path` → `plc-7:4840`; empty for what is no such address. The port of OPC UA is 4840. */
export function hostAndPort(endpointUrl: string): string {
  const match = /^opc\.tcp:\/\/(\[[^\]]+\]|[^/:\s]+)(?::(\d+))?(?:\/|$)/i.exec(endpointUrl)
  return match?.[1] ? `${match[1].toLowerCase()}:${match[2] ?? '4840'}` : ''
}
