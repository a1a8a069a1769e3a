import type { ThingsboardConfig } from '../../../../shared/config/thingsboard.ts'
import type { ImportReport } from './import-report.ts'
import { type ImportFile, Part } from './source-text.ts'
import { thingsboardOf } from './thingsboard-part.ts'

// What people have at hand and paste: an address and a token, a URL, the command of ThingsBoard's "Check connectivity", lines
// of an environment file. Everything is looked for by what it looks like.

const textLimit = 20_000

interface Found {
  readonly host: string
  readonly port: string
  readonly tls: boolean
  readonly token: string
  readonly username: string
  readonly password: string
  readonly clientId: string
}

/** Undefined when nothing in the text looks like an address; the report then says what was looked for. */
export function readLooseText(file: ImportFile, report: ImportReport): ThingsboardConfig | undefined {
  const text = file.text.slice(0, textLimit)
  const found = fromCommand(text) ?? fromAssignments(text) ?? fromWords(text)
  const whole = new Part({ file: file.name, line: () => 1 }, [], text)
  const part = (name: keyof Found | 'caCert' | 'cert' | 'privateKey'): Part => {
    const value = name in found ? found[name as keyof Found] : ''
    return new Part(
      { file: file.name, line: () => lineOf(text, String(value)) },
      [name],
      value === '' ? undefined : value,
    )
  }
  if (found.host === '') {
    report.unsupported(
      whole,
      found.token === ''
        ? 'There is no address in this text. Paste the ThingsBoard address and the access token, or a file.'
        : 'There is a token in this text but no address. Add the ThingsBoard address.',
      text.trim().slice(0, 60),
    )
    return undefined
  }
  return thingsboardOf(
    {
      host: part('host'),
      port: part('port'),
      token: part('token'),
      username: part('username'),
      password: part('password'),
      clientId: part('clientId'),
      caCert: part('caCert'),
      cert: part('cert'),
      privateKey: part('privateKey'),
      tls: part('tls').valued(found.tls ? true : undefined),
    },
    report,
  )
}

const nothing: Found = { host: '', port: '', tls: false, token: '', username: '', password: '', clientId: '' }

/** `mosquitto_pub -d -q 1 -h host -p 1883 -t v1/devices/me/telemetry -u "TOKEN" -m "{...}"`, curl and coap alike. */
function fromCommand(text: string): Found | undefined {
  if (/\bmosquitto_(pub|sub)\b/.test(text)) {
    const option = (...names: readonly string[]): string => {
      for (const name of names) {
        const match = new RegExp(`(?:^|\\s)${name}[=\\s]+(?:"([^"]*)"|'([^']*)'|(\\S+))`).exec(text)
        if (match) return match[1] ?? match[2] ?? match[3] ?? ''
      }
      return ''
    }
    const username = option('-u', '--username')
    const password = option('-P', '--pw')
    const clientId = option('-i', '--id')
    const isBasic = password !== '' || clientId !== ''
    const port = option('-p', '--port')
    return {
      ...nothing,
      host: option('-h', '--host'),
      port,
      tls: /\s--(cafile|capath|tls-use-os-certs)\b/.test(text) || port === '8883',
      ...(isBasic ? { username, password, clientId } : { token: username }),
    }
  }
  // ThingsBoard's HTTP and CoAP commands carry the token in the path.
  const api = /\b(https?|coaps?):\/\/([^\s/:"']+)(?::\d+)?\/api\/v1\/([\w-]+)\//.exec(text)
  return api ? { ...nothing, host: api[2] ?? '', token: api[3] ?? '' } : undefined
}

/** `TB_GW_HOST=…` lines, `docker run -e accessToken=…`, `host: …`. */
function fromAssignments(text: string): Found | undefined {
  const value = (pattern: string): string => {
    const match = new RegExp(`\\b(?:${pattern})["']?\\s*[=:]\\s*["']?([^\\s"',;]+)`, 'i').exec(text)
    return match?.[1] ?? ''
  }
  const host = value('TB_GW_HOST|host(?:name)?|server|address')
  const found = {
    ...nothing,
    host: urlHost(host).host || host,
    port: value('TB_GW_PORT|port') || urlHost(host).port,
    token: value('TB_GW_ACCESS_TOKEN|access[ _-]?token|token'),
    username: value('TB_GW_USERNAME|user ?name|user'),
    password: value('TB_GW_PASSWORD|password'),
    clientId: value('TB_GW_CLIENT_ID|client ?id'),
  }
  // `https://host` is no `https: //host`.
  return host !== '' && !host.startsWith('//') ? { ...found, tls: found.port === '8883' } : undefined
}

/** An address and something that looks like a token, in any order. */
function fromWords(text: string): Found {
  const words = text.split(/[\s,;|]+/).map((word) => word.replace(/^["'(<]+|["')>]+$/g, ''))
  let address: ReturnType<typeof urlHost> | undefined
  let token = ''
  let username = ''
  let password = ''
  for (const word of words) {
    const candidate = address ? undefined : urlHost(word)
    if (candidate && candidate.host !== '') {
      address = candidate
      if (candidate.username !== '') {
        if (candidate.password === '') token = candidate.username
        else ({ username, password } = candidate)
      }
    } else if (token === '' && username === '' && /^[\w~+/=-]{8,255}$/.test(word)) token = word
  }
  return {
    ...nothing,
    host: address?.host ?? '',
    port: address?.port ?? '',
    tls: address?.tls ?? false,
    token,
    username,
    password,
  }
}

const empty = { host: '', port: '', tls: false, username: '', password: '' }

/** Host and port of a URL, `host:port`, an address or a name with a dot; empty for any other word. */
function urlHost(word: string): typeof empty {
  const url = /^([a-z][a-z0-9+.-]*):\/\/(?:([^:@/\s]*)(?::([^@/\s]*))?@)?(\[[^\]]+\]|[^:/\s?#]+)(?::(\d{1,5}))?/i.exec(
    word,
  )
  if (url) {
    const scheme = (url[1] ?? '').toLowerCase()
    const isMqtt = /^(mqtts?|ssl|tls|tcp)$/.test(scheme)
    const tls = /^(mqtts|ssl|tls)$/.test(scheme)
    return {
      host: (url[4] ?? '').replace(/^\[|\]$/g, ''),
      // The port of a web page says nothing about MQTT.
      port: isMqtt ? (url[5] ?? (tls ? '8883' : '')) : '',
      tls,
      username: decode(url[2] ?? ''),
      password: decode(url[3] ?? ''),
    }
  }
  const plain =
    /^(localhost|\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,}|[a-z0-9_.-]+(?=:\d))(?::(\d{1,5}))?\/?$/i.exec(
      word,
    )
  return plain ? { ...empty, host: plain[1] ?? '', port: plain[2] ?? '', tls: plain[2] === '8883' } : empty
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function lineOf(text: string, part: string): number {
  const at = part === '' ? -1 : text.indexOf(part)
  return at < 0 ? 1 : text.slice(0, at).split('\n').length
}
