/** How a value is typed on its way through: fixes how it is written as text for ThingsBoard. */
export type ValueType = 'boolean' | 'integer' | 'double' | 'float' | 'string' | 'json'

/**
 * A plain value. `integer` is a number when it is safe (|v| <= 2^53 - 1), else a bigint; `double` and `float` are numbers
 * and may be NaN or infinite; `json` is the JSON text itself; null means "no value" (a bad sample).
 */
export type PlainValue = boolean | number | bigint | string | null

/** Index of a configured tag (OPC UA node, MQTT topic rule); unique within one running configuration. */
export type TagIndex = number

/** OPC UA StatusCode severity (Part 4, 7.39): top two bits. MQTT samples are always good. */
export type Quality = 'good' | 'uncertain' | 'bad'

/** One observed value, protocol-neutral, before mapping. */
export interface Sample {
  readonly tag: TagIndex
  readonly type: ValueType
  readonly value: PlainValue
  /** Milliseconds since the epoch: when the source says it happened; fractions allowed, cut when mapped. */
  readonly ts: number
  /** OPC UA StatusCode, 0 = Good. */
  readonly statusCode: number
  /** MQTT only: the topic it arrived on and the decoded payload, from which the rule takes device, keys and values. */
  readonly message?: Message
}

export interface Message {
  readonly topic: string
  /** Topic levels, split once. */
  readonly levels: readonly string[]
  /** Decoded payload: parsed JSON (integral decimals such as 21.0 as Number objects, so that they stay doubles), or text. */
  readonly payload: unknown
}

export function qualityOf(statusCode: number): Quality {
  const severity = statusCode >>> 30
  return severity === 0 ? 'good' : severity === 1 ? 'uncertain' : 'bad'
}
