import type { ErrorCode } from '../../../../shared/errors.ts'
import type { GatewayError } from '../../kit/gateway-error.ts'
import type { IssueSink } from '../../observe/issues.ts'
import type { Asked, Granted, WantedItem } from './monitored-items.ts'
import { refusalWords } from './refusal-words.ts'
import type { RuleReport } from './select-book.ts'
import type { OpcuaTag } from './tags.ts'

// What the operator is told about one server, and when it is over. Lasting conditions are cleared here by the next success.

export interface Subject {
  readonly id: string
  readonly name: string
}

/** The server's certificate is trusted but not quite right, or there is no security at all. */
const remarkKeys = { unsecured: 'unsecured', certificate: 'certificate' } as const

/** What is not quite right with a connection that works. */
export interface ConnectionNotes {
  readonly deprecated?: { readonly policy: string; readonly until: string } | undefined
  readonly usesPrevious?: boolean
}

export class ServerIssues {
  readonly #issues: IssueSink
  readonly #subject: Subject
  #failure: ErrorCode | undefined
  readonly #nodes = new Map<string, ErrorCode>()

  constructor(issues: IssueSink, subject: Subject) {
    this.#issues = issues
    this.#subject = subject
  }

  failed(error: GatewayError): void {
    if (this.#failure !== undefined && this.#failure !== error.code) this.#clear(this.#failure, connectionKey)
    this.#failure = error.code
    const evidence = Object.entries(error.detail).map(([name, value]) => `${name}: ${value}`)
    this.#raise(error.code, 'error', connectionKey, error.message, error.hint, evidence.join(', '))
  }

  connected(unsecured: boolean, warnings: readonly string[], notes: ConnectionNotes = {}): void {
    this.#remark(
      'OPCUA_SECURITY_DEPRECATED',
      notes.deprecated &&
        `The connection uses ${notes.deprecated.policy}, which is deprecated: it is allowed until ${notes.deprecated.until}`,
      'Switch on Basic256Sha256 or newer at the server before that day; then the connection would end.',
    )
    this.#remark(
      'OPCUA_CERTIFICATE_EXPIRES',
      notes.usesPrevious &&
        'The server does not trust the new certificate of the gateway yet; the one of before is used',
      'Trust the new certificate on the server before the old one expires: export it under Certificates.',
    )
    if (this.#failure !== undefined) this.#clear(this.#failure, connectionKey)
    this.#failure = undefined
    if (unsecured) {
      this.#raise(
        'OPCUA_ENDPOINT_NOT_FOUND',
        'warning',
        remarkKeys.unsecured,
        'The server offers no security: values can be read and changed on their way',
        'Switch security on at the server. If that can not be, choose the security None to close this notice.',
      )
    } else this.#clear('OPCUA_ENDPOINT_NOT_FOUND', remarkKeys.unsecured)
    if (warnings.length > 0) {
      this.#raise(
        'OPCUA_CERTIFICATE_INVALID',
        'warning',
        remarkKeys.certificate,
        `The certificate of the server is trusted, but: ${warnings.join('; ')}`,
        'Nothing has to be done at once. Have the server make a better certificate when there is time.',
      )
    } else this.#clear('OPCUA_CERTIFICATE_INVALID', remarkKeys.certificate)
  }

  #remark(code: ErrorCode, message: string | false | undefined, hint: string): void {
    if (message) this.#raise(code, 'warning', connectionKey, message, hint)
    else this.#clear(code, connectionKey)
  }

  nodeUnknown(address: string, message: string, hint: string): void {
    this.#node(address, 'OPCUA_NODE_UNKNOWN', message, hint, '')
  }

  nodeRefused({ tag, nodeId }: WantedItem, status: string): void {
    const evidence = `${nodeId.toString()}: ${status}`
    if (status === 'BadNodeIdUnknown' || status === 'BadNodeIdInvalid') {
      const message = `The server has no node ${tag.node} (${tag.deviceName} / ${tag.key})`
      this.#node(tag.node, 'OPCUA_NODE_UNKNOWN', message, 'Browse the server and pick the node again.', evidence)
      return
    }
    this.#node(
      tag.node,
      'OPCUA_NODE_REFUSED',
      `The server does not let us watch ${tag.node} (${tag.deviceName} / ${tag.key}): ${refusalWords(status).text}`,
      'Check the rights of the user and that the node is a variable.',
      evidence,
    )
  }

  /** One for all nodes the server has no room to watch; 0 = it has room again. `isRead`: they are read in turn instead. */
  itemsRefused(count: number, watched: number, isRead: boolean): void {
    if (count === 0) {
      this.#clear('OPCUA_SERVER_LIMIT', 'items')
      return
    }
    const message = `The server watches ${watched} nodes for us and has no room for more: ${count} ${
      isRead ? 'are read in turn instead, and what happens in between is not seen' : 'get no values'
    }`
    const hint =
      'Watch fewer nodes, close other OPC UA clients of this server, or raise its limit of monitored items. The gateway tries again by itself.'
    this.#raise('OPCUA_SERVER_LIMIT', isRead ? 'warning' : 'error', 'items', message, hint)
  }

  /** The server takes none of our publish requests, without which it sends nothing. */
  publishing(isRefused: boolean): void {
    if (!isRefused) {
      this.#clear('OPCUA_SERVER_LIMIT', 'publishing')
      return
    }
    const message = 'The server takes no publish request of ours, so it can send no values: its queue of them is full'
    const hint = 'Close other OPC UA clients of this server, or raise its limit. The gateway tries again by itself.'
    this.#raise('OPCUA_SERVER_LIMIT', 'error', 'publishing', message, hint)
  }

  nodeGood(address: string): void {
    const code = this.#nodes.get(address)
    if (code === undefined) return
    this.#nodes.delete(address)
    this.#clear(code, address)
  }

  /** Which part of what was configured the server did not take. */
  nodeMadeWith({ node, deadband, trigger }: OpcuaTag, asked: Asked, { samplingMs, queueSize }: Granted): void {
    const key = `${node} deadband`
    const withoutFilter = asked !== 'all' && (deadband !== undefined || trigger !== 'statusValue')
    if (asked !== 'least' && !withoutFilter) return
    const what = deadband ? 'deadband' : 'trigger'
    const missing = [
      ...(withoutFilter ? [`the ${what} of ${node}: every change is delivered`] : []),
      ...(asked === 'least'
        ? [`sampling interval or queue size of ${node}: it samples every ${samplingMs} ms and keeps ${queueSize}`]
        : []),
    ]
    const hint = withoutFilter
      ? `Remove the ${what}, or use the report strategy of the key.`
      : 'Configure what the server grants: it stands in the tags of the source.'
    this.#raise('OPCUA_NODE_REFUSED', 'warning', key, `The server does not take ${missing.join(', nor ')}`, hint)
  }

  overflow(values: number): void {
    this.#raise(
      'OPCUA_OVERFLOW',
      'warning',
      'overflow',
      'The server threw values away because the queue of a node was full',
      'Raise the queue size of these keys, or lower the publishing interval.',
      `${values} marked values in the last second`,
    )
  }

  /** `unwanted`: the server left no other way. */
  polling(unwanted: boolean): void {
    this.#clear('OPCUA_SERVER_LIMIT', 'items')
    if (!unwanted) return
    this.#raise(
      'OPCUA_SERVER_LIMIT',
      'warning',
      'polling',
      'The server gives no subscription: its values are read in turn instead, and what happens in between is not seen',
      'Switch subscriptions on at the server or raise its limit; the gateway subscribes as soon as it can. Choose the mode "poll" to close this notice.',
    )
  }

  /** The server is subscribed to. */
  subscribed(): void {
    this.#clear('OPCUA_SERVER_LIMIT', 'polling')
  }

  ruleInvalid(rule: string, problem: string): void {
    const message = `The rule "${rule}" selects nothing: ${problem}`
    this.#raise('CONFIG_INVALID', 'error', `rule ${rule}`, message, 'Correct the rule in the configuration.')
  }

  ruleExpanded({ rule, keys, problems, nearMisses }: RuleReport): void {
    const key = `rule ${rule}`
    if (keys === 0) {
      const near = nearMisses.length > 0 ? `There is something similar: ${nearMisses.slice(0, 5).join(', ')}.` : ''
      const hint = `Look at the preview of the rule. ${near}`.trim()
      this.#raise('OPCUA_NODE_UNKNOWN', 'warning', key, `The rule "${rule}" matches nothing on the server`, hint)
    } else this.#clear('OPCUA_NODE_UNKNOWN', key)
    if (problems.length > 0) {
      const message = `The rule "${rule}" leaves ${problems.length} nodes out: ${problems[0]?.text}`
      const hint = 'Give the device or key template what tells them apart, such as ${path[1]} or ${relative[0]}.'
      this.#raise(
        'OPCUA_NODE_REFUSED',
        'warning',
        key,
        message,
        hint,
        problems
          .slice(0, 5)
          .map(({ text }) => text)
          .join('; '),
      )
    } else this.#clear('OPCUA_NODE_REFUSED', key)
  }

  rulesTruncated(truncated: boolean): void {
    if (!truncated) {
      this.#clear('OPCUA_SERVER_LIMIT', 'rules')
      return
    }
    const message = 'The server has more nodes than the rules look through: some may not be selected'
    this.#raise('OPCUA_SERVER_LIMIT', 'warning', 'rules', message, 'Begin the paths of the rules deeper in the tree.')
  }

  /** Nodes of rules came or went while we were connected, or between two connections. */
  nodesChanged(added: number, gone: readonly string[]): void {
    const parts = [...(added > 0 ? [`${added} new`] : []), ...(gone.length > 0 ? [`${gone.length} gone`] : [])]
    this.#raise(
      'OPCUA_NODES_CHANGED',
      gone.length > 0 ? 'warning' : 'info',
      'model',
      `The server has changed its nodes: ${parts.join(', ')}`,
      gone.length > 0
        ? 'What is gone is no longer collected; what it delivered stays in ThingsBoard. Check whether that was intended.'
        : 'New nodes that match a rule are collected already.',
      gone.slice(0, 10).join(', '),
    )
  }

  #node(address: string, code: ErrorCode, message: string, hint: string, evidence: string): void {
    const before = this.#nodes.get(address)
    if (before !== undefined && before !== code) this.#clear(before, address)
    this.#nodes.set(address, code)
    this.#raise(code, 'error', address, message, hint, evidence)
  }

  #raise(
    code: ErrorCode,
    severity: 'error' | 'warning' | 'info',
    key: string,
    message: string,
    hint: string,
    evidence = '',
  ): void {
    this.#issues.raise({
      code,
      severity,
      subject: this.#subject.id,
      subjectName: this.#subject.name,
      key,
      message,
      hint,
      evidence,
    })
  }

  #clear(code: ErrorCode, key: string): void {
    this.#issues.clear(this.#subject.id, code, key)
  }
}

const connectionKey = 'connection'
