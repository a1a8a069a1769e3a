import type { ConfigProblem } from '../../../shared/config/gateway.ts'
import type { MqttKeyConfig, MqttTopicConfig } from '../../../shared/config/mqtt.ts'
import { type Converter, compileConversion } from './convert.ts'
import { type Compiled, compileJsonPath, type JsonPath } from './json-path.ts'
import { cleanName } from './names.ts'
import { type CompiledTemplate, compileTemplate } from './template.ts'
import type { TimeFormat } from './time.ts'

/** A topic rule with its texts compiled. */
export interface MqttParts {
  readonly device: CompiledTemplate
  readonly forEach: JsonPath | undefined
  readonly time: { readonly path: JsonPath; readonly format: TimeFormat; readonly source: string } | undefined
  readonly keys: readonly MqttKeyParts[]
}

export interface MqttKeyParts {
  readonly config: MqttKeyConfig
  readonly name: CompiledTemplate
  /** 'members': every scalar member of the payload object. */
  readonly path: JsonPath | 'members'
  readonly convert: Converter | undefined
}

/** Compiles all texts of a rule; every bad one is reported with its path below the rule. */
export function compileParts(topic: MqttTopicConfig, problems: ConfigProblem[]): MqttParts {
  const check = <T>(path: string, compiled: Compiled<T>, fallback: T): T => {
    if (compiled.ok) return compiled.value
    problems.push({ path, message: `${compiled.problem} (at character ${compiled.at + 1})` })
    return fallback
  }
  const template = (path: string, text: string): CompiledTemplate => {
    const compiled = check(path, compileTemplate(text), nothing)
    const name = compiled.constant === undefined ? undefined : cleanName(compiled.constant)
    if (name && !name.ok) problems.push({ path, message: `${name.problem}` })
    return name?.ok ? { constant: name.name, render: () => name.name } : compiled
  }
  const { forEach, timestamp } = topic
  return {
    device: template('device', topic.device),
    forEach: forEach === undefined ? undefined : check('forEach', compileJsonPath(forEach), missing),
    time: timestamp && {
      path: check('timestamp.value', compileJsonPath(timestamp.value), missing),
      format: timestamp.format,
      source: timestamp.value,
    },
    keys: topic.keys.map((config, i) => ({
      config,
      name: template(`keys[${i}].key`, config.key),
      path: config.value === '*' ? 'members' : check(`keys[${i}].value`, compileJsonPath(config.value), missing),
      convert: compileConversion(config),
    })),
  }
}

const missing: JsonPath = () => undefined
const nothing: CompiledTemplate = { render: () => undefined, constant: undefined }
