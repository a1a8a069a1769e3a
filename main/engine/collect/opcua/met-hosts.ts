// Under which host names servers showed which certificate: the list of certificates can then say that one is not made for
// the server it was met at. Of this process; every connection tells it again.

/** Certificates remembered, the oldest forgotten first: as many as are kept in the rejected list. */
const certificatesLimit = 200
/** One certificate on many machines is a mistake that the first few hosts show well enough. */
const hostsLimit = 8

export class MetHosts {
  /** By fingerprint. */
  readonly #hosts = new Map<string, string[]>()

  /** True when this is news. */
  met(fingerprint: string, host: string): boolean {
    const known = this.#hosts.get(fingerprint) ?? []
    if (known.includes(host) || known.length >= hostsLimit) return false
    this.#hosts.set(fingerprint, [...known, host])
    const oldest = this.#hosts.size > certificatesLimit ? this.#hosts.keys().next() : undefined
    if (oldest && !oldest.done) this.#hosts.delete(oldest.value)
    return true
  }

  of(fingerprint: string): readonly string[] {
    return this.#hosts.get(fingerprint) ?? []
  }
}
