import type { Claims } from '../../map/validate.ts'

// Which devices and series a valid configuration claims, kept up to date edit by edit: whether a changed part contradicts the
// rest is then a question about the part alone.

export class ClaimCounts {
  readonly #profiles = new Map<string, { readonly profile: string; count: number }>()
  readonly #series = new Set<string>()

  constructor(claims: Claims) {
    this.#add(claims)
  }

  /** Replaces what a part claimed. False: it contradicts the rest, and nothing was replaced. */
  replace(before: Claims, after: Claims): boolean {
    this.#remove(before)
    if (this.#isFree(after)) {
      this.#add(after)
      return true
    }
    this.#add(before)
    return false
  }

  /** `after` was checked to agree with itself. */
  #isFree({ devices, series }: Claims): boolean {
    return (
      series.every((id) => !this.#series.has(id)) &&
      devices.every(({ name, profile }) => (this.#profiles.get(name)?.profile ?? profile) === profile)
    )
  }

  #add({ devices, series }: Claims): void {
    for (const id of series) this.#series.add(id)
    for (const { name, profile } of devices) {
      const known = this.#profiles.get(name)
      if (known) known.count++
      else this.#profiles.set(name, { profile, count: 1 })
    }
  }

  #remove({ devices, series }: Claims): void {
    for (const id of series) this.#series.delete(id)
    for (const { name } of devices) {
      const known = this.#profiles.get(name)
      if (known && --known.count === 0) this.#profiles.delete(name)
    }
  }
}
