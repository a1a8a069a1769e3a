import { GroupCommit } from '../../../main/engine/pipeline/group-commit.ts'
import { SeriesRegistry } from '../../../main/engine/pipeline/series.ts'
import type { Store } from '../../../main/engine/pipeline/stages.ts'
import type { ThingsboardUplink } from '../../../main/engine/uplink/uplink.ts'
import { isBalanced } from '../../../shared/status.ts'
import { BrokenPromise, Oracle, type SourceRow } from './oracle.ts'
import { busiestMinute, type Outcome } from './outcome.ts'
import { type Fault, type Plan, planOf } from './plan.ts'
import { Random } from './random.ts'
import { ProcessClock, SimTime } from './sim-time.ts'
import { makeUplink } from './sim-uplink.ts'
import { Source } from './source.ts'
import { Surroundings } from './surroundings.ts'
import type { WorldStore } from './world-store.ts'

// A whole plant in one process: source, gateway (group commit, store, uplink), network and ThingsBoard, all on one simulated
// clock and one seed. `run` lives through the plan's faults, then calms everything and demands that every promise was kept.

/** After the faults everything has to be delivered within this time; finding a value that kills sessions takes the longest. */
const healMs = 3_600_000
/** A fresh value has to arrive within this time when all is well: the patient wait after a takeover, and a minute. */
const freshMs = 360_000

interface Process {
  readonly number: number
  readonly clock: ProcessClock
  readonly store: Store
  readonly uplink: ThingsboardUplink
  readonly commit: GroupCommit
}

export class World {
  readonly time = new SimTime()
  readonly random: Random
  readonly oracle = new Oracle()
  readonly plan: Plan
  readonly #surroundings: Surroundings
  readonly #source: Source
  readonly #makeStore: (world: World) => WorldStore
  #store: WorldStore | undefined
  #process: Process | undefined
  #processes = 0
  #crashes = 0
  #failure: unknown
  #work: Promise<unknown> = Promise.resolve()
  #working = 0
  #calm = false
  /** A crash that waits for values that are stored and not yet promised upstream. */
  #ambush: Extract<Fault, { kind: 'crash' }> | undefined
  readonly #seed: number

  constructor(seed: number, makeStore: (world: World) => WorldStore) {
    this.#seed = seed
    this.#makeStore = makeStore
    this.random = new Random(seed)
    this.plan = planOf(this.random)
    const { time, random, oracle, plan } = this
    oracle.probation = plan.protocolVersion === 4
    this.#surroundings = new Surroundings({ time, random, oracle, plan })
    this.#source = new Source(plan, random, oracle)
  }

  async run(): Promise<Outcome> {
    this.#store = this.#makeStore(this)
    this.#store.weather(false)
    try {
      this.#start()
      this.#produce()
      for (const [atMs, fault] of this.plan.faults) this.time.after(atMs, () => this.#do(fault))
      await this.#live(this.plan.lengthMs)
      await this.#heal()
      this.#store.reconcile?.()
      this.oracle.finish()
      this.#checkAttributes()
    } catch (error) {
      throw new BrokenPromise(`seed ${this.#seed} at ${Math.round(this.time.ms)} ms: ${messageOf(error)}`, {
        cause: error,
      })
    } finally {
      this.#kill(false)
      await this.#store.close()
    }
    return this.#outcome()
  }

  async #heal(): Promise<void> {
    this.#calm = true
    this.#surroundings.calm()
    this.#store?.weather(true)
    const done = () => this.#nothingStored() && this.#source.waiting === 0
    await this.#live(healMs, done)
    if (!done())
      throw new BrokenPromise(
        `${this.oracle.pending} values are not delivered ${healMs / 60_000} min after the last fault`,
      )
    const before = this.oracle.arrivals
    const fresh = this.#source.healthy()
    this.#offer(fresh)
    await this.#live(freshMs, () => this.oracle.arrivals > before && done())
    if (fresh.length > 0 && this.oracle.arrivals === before)
      throw new BrokenPromise(`a fresh value does not arrive within ${freshMs / 1000} s`)
  }

  #nothingStored(): boolean {
    const balance = this.#process?.store.balance.value
    return balance !== undefined && balance.pending + balance.inFlight === 0 && this.#atRest
  }

  async #live(ms: number, until: () => boolean = () => false): Promise<void> {
    const end = this.time.ms + ms
    await this.time.run(
      end,
      () => this.#settled(),
      () => this.#failure !== undefined || until(),
    )
    if (this.#failure !== undefined) throw this.#failure
  }

  /** For checks that run outside the world's own steps. */
  fail(error: unknown): void {
    this.#failure ??= error
  }

  /** No process is starting or ending. */
  get #atRest(): boolean {
    return this.#working === 0
  }

  async #settled(): Promise<void> {
    do {
      await new Promise<void>((resolve) => setImmediate(resolve))
      await this.#store?.idle()
    } while (this.#working > 0)
    this.#checkBalance()
    if (this.#ambush && this.#source.committedUnpromised) this.#crash(this.#ambush)
  }

  /** Something that takes real time, between two moments of simulated time. */
  #outside(task: () => Promise<void> | void): void {
    this.#working++
    this.#work = this.#work
      .then(task)
      .catch((error: unknown) => {
        this.#failure ??= error
      })
      .finally(() => {
        this.#working--
      })
  }

  #start(): void {
    const clock = new ProcessClock(this.time)
    const number = ++this.#processes
    const registry = new SeriesRegistry()
    this.#outside(async () => {
      const store = await this.#store?.open(clock, registry)
      if (!store) return
      await store.start()
      const uplink = makeUplink({
        plan: this.plan,
        number,
        clock,
        registry,
        store,
        random: this.random.unit,
        epoch: () => this.oracle.epoch,
        dial: () => this.#surroundings.dial(),
        acknowledged: (shipment, code) => this.#guard(() => this.oracle.acknowledged(shipment, code)),
        sights: this.oracle.sights,
      })
      await uplink.start()
      const commit = new GroupCommit({ store, clock, commitIntervalMs: this.plan.commitIntervalMs })
      this.#source.registry = registry
      this.#process = { number, clock, store, uplink, commit }
      this.#offer(this.#source.unpromised())
    })
  }

  #produce(): void {
    const { plan, random } = this
    if (this.time.ms >= plan.lengthMs || this.#calm) return
    this.#offer(this.#source.produce(random.between(1, plan.burst)))
    this.time.after(random.between(1, 2 * plan.everyMs), () => this.#produce())
  }

  /** Hands rows to the gateway; what was not promised when it dies is handed to the next one. */
  #offer(rows: readonly SourceRow[]): void {
    const process = this.#process
    if (!process || rows.length === 0) return
    process.commit.add(this.#source.datapoints(rows)).then(
      () => this.#guard(() => this.#source.promised(rows)),
      () => {
        if (this.#process === process) process.clock.after(1000, () => this.#offer(rows))
      },
    )
  }

  #do(fault: Fault): void {
    if (this.#calm) return
    switch (fault.kind) {
      case 'crash':
        if (fault.ambush) this.#ambush = fault
        else this.#crash(fault)
        return
      case 'restart':
        this.#restart(fault.forMs)
        return
      case 'disk':
        this.#source.diskFault(fault.what, this.oracle.sights)
        this.diskFault(fault)
        return
      default:
        this.#surroundings.disturb(fault)
    }
  }

  /** Set by a store that can be disturbed. */
  diskFault: (fault: Extract<Fault, { kind: 'disk' }>) => void = () => {}

  #crash(fault: Extract<Fault, { kind: 'crash' }>): void {
    this.#ambush = undefined
    if (!this.#process || this.#calm) return
    const { sights } = this.oracle
    this.#crashes++
    sights.add('crash')
    if (this.#source.committedUnpromised) sights.add('crash between commit and answer')
    if (this.#source.acknowledgedUnsettled) sights.add('crash between puback and settle')
    this.#kill(fault.silent)
    this.time.after(fault.forMs, () => this.#start())
  }

  #restart(forMs: number): void {
    const process = this.#process
    if (!process) return
    this.oracle.sights.add('graceful restart')
    this.#process = undefined
    void (async () => {
      await process.commit.close()
      await process.uplink.stop(this.time.ms + 2000)
      await process.store.stop(this.time.ms + 2000)
      process.clock.kill()
      this.oracle.split()
      await this.#store?.crashed()
      this.time.after(forMs, () => this.#start())
    })().catch((error: unknown) => {
      this.#failure ??= error
    })
  }

  #kill(silently: boolean): void {
    const process = this.#process
    if (!process) return
    this.#process = undefined
    process.clock.kill()
    this.#surroundings.processDied(silently)
    this.oracle.split()
    this.#outside(() => this.#store?.crashed())
  }

  #checkBalance(): void {
    const balance = this.#process?.store.balance.value
    if (balance && !isBalanced(balance))
      this.#failure ??= new BrokenPromise(`D4 does not balance: ${JSON.stringify(balance)}`)
  }

  /** Client attributes are state: the newest accepted value stands in the end. */
  #checkAttributes(): void {
    for (const [series, row] of this.oracle.newestAttributes()) {
      if (row.nature !== 'healthy' || this.oracle.impossible.has(row.device)) continue
      const stands = this.#surroundings.server.core.records.devices.get(row.device)?.attributes.get(row.key)?.text
      if (stands !== row.text) throw new BrokenPromise(`${series} stands at ${stands} instead of ${row.text} (D9)`)
    }
  }

  #guard(check: () => void): void {
    try {
      check()
    } catch (error) {
      this.#failure ??= error
    }
  }

  #outcome(): Outcome {
    const { oracle } = this
    const { dials } = this.#surroundings
    return {
      seed: this.#seed,
      sights: oracle.sights,
      rows: oracle.records.length,
      arrivals: oracle.arrivals,
      duplicates: oracle.duplicates,
      quarantined: oracle.counts.quarantined,
      dropped: oracle.counts.dropped,
      crashes: this.#crashes,
      connections: dials.length,
      connectionsPerMinute: busiestMinute(dials),
      simulatedMs: this.time.ms,
      fingerprint: `${oracle.hash}/${oracle.arrivals}/${dials.length}/${this.time.ms}`,
    }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
