import { mappingText } from '../../../i18n/en-mapping.ts'
import { useChosen } from '../chosen-device.ts'
import { MessageSample } from './message-sample.tsx'
import { ValueSample } from './value-sample.tsx'

/** What one value, or one message, becomes: at once, with the place of a mistake. */
export function SamplePanel() {
  const chosen = useChosen()
  if (!chosen) return <p className="tool-empty muted">{mappingText.sample.none}</p>
  if (chosen.kind === 'key') return <ValueSample key={`${chosen.device} ${chosen.key.key}`} chosen={chosen} />
  return <MessageSample key={`${chosen.connectorId} ${chosen.topic.filter}`} chosen={chosen} />
}
