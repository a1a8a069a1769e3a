import { useMantineColorScheme } from '@mantine/core'
import { useEffect, useMemo, useState } from 'react'
import { request } from '../api/client.ts'
import { paletteText as text } from '../i18n/en-palette.ts'
import { useDraft } from '../stores/draft-store.ts'
import { navigate } from '../stores/route.ts'
import { commandEntries, configEntries, type Entry, nodeEntries, screenEntries } from './palette-entries.ts'
import { type Prepared, prepared } from './palette-match.ts'

/** A pause in typing before the engine is asked for devices it made itself (rules, topics). */
const pauseMs = 120
const devicesLimit = 50

export function usePaletteEntries(query: string): readonly (readonly Prepared<Entry>[])[] {
  const config = useDraft((d) => d.config)
  const state = useDraft((d) => d.state)
  const { setColorScheme } = useMantineColorScheme()
  const own = useMemo(
    () => prepared([...screenEntries(), ...commandEntries(state, setColorScheme)]),
    [state, setColorScheme],
  )
  // 100,000 keys are gone through only for somebody who looks for one.
  const isAsked = query.trim() !== ''
  const mapped = useMemo(() => (isAsked ? prepared(configEntries(config)) : []), [config, isAsked])
  const running = useRunningDevices(query)
  return useMemo(
    () => [prepared([...nodeEntries(query, config), ...running]), own, mapped],
    [own, mapped, running, query, config],
  )
}

function useRunningDevices(query: string): readonly Entry[] {
  const [devices, setDevices] = useState<readonly Entry[]>([])
  const filter = query.trim()
  useEffect(() => {
    if (filter === '') return setDevices([])
    let current = true
    const timer = setTimeout(() => {
      void request('devices.page', { offset: 0, limit: devicesLimit, filter }).then((result) => {
        if (!current || !result.ok) return
        setDevices(
          result.value.rows.map(({ name, connectorId }) => ({
            id: `device ${connectorId} ${name}`,
            kind: 'device',
            name,
            more: text.inSource(connectorId),
            run: () => navigate('overview', 'device', name),
          })),
        )
      })
    }, pauseMs)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [filter])
  return devices
}
