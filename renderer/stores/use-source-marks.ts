import { useMemo } from 'react'
import { useConfig } from './config-store.ts'
import { useDraft } from './draft-store.ts'
import { type SourceMarks, sourceMarks } from './source-marks.ts'

export function useSourceMarks(): SourceMarks {
  const running = useConfig((c) => c.config)
  const draft = useDraft((d) => d.config)
  return useMemo(() => sourceMarks(running, draft), [running, draft])
}
