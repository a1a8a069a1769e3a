import { ActionIcon, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Fragment, type ReactNode, useState } from 'react'
import type { PayloadMessage } from '../../../../shared/api/mapping-requests.ts'
import { formatCount } from '../../../format.ts'
import { mappingText } from '../../../i18n/en-mapping.ts'

const text = mappingText.payload

/** One message exactly as it is sent, marked where it differs. */
export function PayloadText({ message }: { readonly message: PayloadMessage }) {
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    await navigator.clipboard?.writeText(message.text).catch(() => undefined)
    setCopied(true)
  }
  return (
    <article className="payload-message">
      <header>
        <code className="mono">{message.topic}</code>
        <span className="muted">{text.bytes(formatCount(message.bytes))}</span>
        <Tooltip label={isCopied ? text.copied : text.copy}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-label={`${text.copy} ${message.topic}`}
            onClick={() => void copy()}
          >
            {isCopied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        </Tooltip>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long message scrolls, also by keyboard. */}
      <pre className="mono payload-json" tabIndex={0}>
        {parts(message)}
      </pre>
    </article>
  )
}

function parts({ text: json, marks }: PayloadMessage): ReactNode[] {
  const out: ReactNode[] = []
  let from = 0
  for (const { start, end, kind } of marks) {
    out.push(<Fragment key={from}>{json.slice(from, start)}</Fragment>)
    out.push(
      <mark key={`${start} ${kind}`} className={`payload-${kind}`} title={text.legend[kind]}>
        {json.slice(start, end)}
      </mark>,
    )
    from = end
  }
  out.push(<Fragment key={from}>{json.slice(from)}</Fragment>)
  return out
}
