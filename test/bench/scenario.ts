import type { Workplace } from './workplace.ts'

export interface Figure {
  readonly value: number
  readonly unit: string
}

export interface Outcome {
  /** What was asked for: rates, counts, seconds. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>
  readonly figures: Readonly<Record<string, Figure>>
  /** Measured against the goals, as sentences; they do not decide the exit code. */
  readonly verdicts: readonly string[]
  /** Gaps, repeats, counts that do not balance: these do. */
  readonly faults: readonly string[]
  readonly versions?: Readonly<Record<string, string>>
}

export interface Options {
  /** Length of the measured window. */
  readonly seconds: number | undefined
  readonly warmupSeconds: number | undefined
  /** OPC UA values/s or MQTT messages/s. */
  readonly rate: number | undefined
  /** OPC UA items or MQTT topics. */
  readonly items: number | undefined
  readonly devices: number | undefined
  /** Values in the backlog. */
  readonly values: number | undefined
  readonly maxNotifications: number | undefined
  /** Use the node-opcua load server even where the C server can be had. */
  readonly nodeServer: boolean
}

export interface Scenario {
  readonly name: string
  readonly does: string
  run(options: Options, workplace: Workplace): Promise<Outcome>
}
