import { said as german } from '../../shared/said/de/de.ts'
import type { Said } from '../../shared/said/said.ts'
import { type SaidCatalogue, sayIn } from '../../shared/said/say-in.ts'
import { said as chinese } from '../../shared/said/zh/zh.ts'
import type { GatewayStatus } from '../../shared/status.ts'

// The few words the shell itself says, in the language chosen in the window, else in that of the desktop. TypeScript keeps
// the languages complete.

interface ShellWords {
  readonly states: Readonly<Record<GatewayStatus['summary'] | 'restarting', string>>
  readonly valuesPerMinute: (n: string) => string
  readonly waiting: (n: string) => string
  readonly more: (n: number) => string
  readonly open: (product: string) => string
  readonly autostart: string
  readonly quit: string
  readonly keep: { readonly message: string; readonly detail: string; readonly keep: string; readonly quit: string }
  readonly stop: { readonly message: string; readonly detail: string; readonly quit: string; readonly cancel: string }
  readonly triesAgain: string
  readonly end: string
  /** BCP 47, for numbers. */
  readonly tag: string
  /** What the engine says; absent in English, which it speaks. */
  readonly said?: SaidCatalogue
}

const en: ShellWords = {
  states: {
    starting: 'Starting',
    delivering: 'Delivering',
    idle: 'Idle',
    buffering: 'Buffering',
    attention: 'Needs attention',
    stopped: 'Stopped',
    restarting: 'Restarting',
  },
  valuesPerMinute: (n) => `${n} values/min`,
  waiting: (n) => `${n} waiting`,
  more: (n) => `${n} more…`,
  open: (product) => `Open ${product}`,
  autostart: 'Start with this computer',
  quit: 'Quit and stop collecting data…',
  keep: {
    message: 'The gateway keeps collecting in the background',
    detail:
      'Its icon is beside the clock. If your desktop shows none, start the program again to get this window back. ' +
      'You will not be asked again.',
    keep: 'Keep running',
    quit: 'Quit and stop collecting',
  },
  stop: {
    message: 'Stop collecting data?',
    detail:
      'Nothing is read from the machines while the gateway is not running. What has been collected already stays on this PC ' +
      'and is delivered after the next start.',
    quit: 'Quit and stop collecting',
    cancel: 'Cancel',
  },
  triesAgain: 'It tries again in a minute.',
  end: 'Quit',
  tag: 'en-US',
}

const de: ShellWords = {
  states: {
    starting: 'Startet',
    delivering: 'Liefert aus',
    idle: 'Im Leerlauf',
    buffering: 'Puffert',
    attention: 'Eingriff nötig',
    stopped: 'Gestoppt',
    restarting: 'Startet neu',
  },
  valuesPerMinute: (n) => `${n} Werte/min`,
  waiting: (n) => `${n} warten`,
  more: (n) => `${n} weitere…`,
  open: (product) => `${product} öffnen`,
  autostart: 'Mit diesem Computer starten',
  quit: 'Beenden und nichts mehr erfassen…',
  keep: {
    message: 'Das Gateway erfasst im Hintergrund weiter',
    detail:
      'Sein Symbol steht neben der Uhr. Zeigt Ihr Desktop keines, holt ein erneuter Start des Programms dieses Fenster zurück. ' +
      'Diese Frage kommt nicht wieder.',
    keep: 'Weiterlaufen lassen',
    quit: 'Beenden, nichts mehr erfassen',
  },
  stop: {
    message: 'Keine Daten mehr erfassen?',
    detail:
      'Solange das Gateway nicht läuft, wird von den Maschinen nichts gelesen. Was schon erfasst ist, bleibt auf diesem PC ' +
      'und wird nach dem nächsten Start ausgeliefert.',
    quit: 'Beenden, nichts mehr erfassen',
    cancel: 'Abbrechen',
  },
  triesAgain: 'In einer Minute wird es erneut versucht.',
  end: 'Beenden',
  tag: 'de-DE',
  said: german,
}

const zh: ShellWords = {
  states: {
    starting: '正在启动',
    delivering: '正在上传',
    idle: '空闲',
    buffering: '正在缓存',
    attention: '需要处理',
    stopped: '已停止',
    restarting: '正在重启',
  },
  valuesPerMinute: (n) => `${n} 值/分钟`,
  waiting: (n) => `${n} 个待上传`,
  more: (n) => `还有 ${n} 项…`,
  open: (product) => `打开 ${product}`,
  autostart: '随电脑启动',
  quit: '退出并停止采集…',
  keep: {
    message: '网关在后台继续采集',
    detail: '图标位于时钟旁。如果桌面不显示图标，再次启动程序即可重新打开此窗口。不会再次询问。',
    keep: '继续运行',
    quit: '退出并停止采集',
  },
  stop: {
    message: '要停止采集数据吗？',
    detail: '网关不运行时不会从设备读取数据。已采集的数据保留在本机，下次启动后上传。',
    quit: '退出并停止采集',
    cancel: '取消',
  },
  triesAgain: '一分钟后重试。',
  end: '退出',
  tag: 'zh-CN',
  said: chinese,
}

let chosen = en

export function shellWords(): ShellWords {
  return chosen
}

/** What the engine says, in the language of the shell. */
export function sayInShell(sentence: Said): string {
  return chosen.said ? sayIn(chosen.said, sentence) : sentence.text
}

/** `locale` as the desktop says it: `de-AT`, `zh-CN`. English for all others. */
export function chooseShellLanguage(locale: string): void {
  const language = locale.toLowerCase().split(/[-_]/)[0]
  chosen = language === 'de' ? de : language === 'zh' ? zh : en
}
