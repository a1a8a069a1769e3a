/** The first bytes a server sends that wants TLS and was spoken to without: an alert record (RFC 8446, 5.1; RFC 5246, 6.2.1). */
export function isTlsAlert(bytes: Uint8Array): boolean {
  return bytes[0] === 0x15 && bytes[1] === 0x03
}
