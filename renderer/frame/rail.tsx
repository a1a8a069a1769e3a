import { Tooltip } from '@mantine/core'
import {
  IconActivity,
  IconCloudUpload,
  IconHistory,
  IconLayoutDashboard,
  IconListTree,
  IconPlugConnected,
  IconSettings,
  IconStackPush,
  IconTimeline,
} from '@tabler/icons-react'
import { useState } from 'react'
import { frameText as text } from '../i18n/en-frame.ts'
import { keyNames } from '../i18n/key-names.ts'
import { hrefOf, screens, useRoute } from '../stores/route.ts'
import { useStatus } from '../stores/status-store.ts'

const icons = {
  overview: IconTimeline,
  workbench: IconListTree,
  sources: IconPlugConnected,
  delivery: IconStackPush,
  thingsboard: IconCloudUpload,
  activity: IconActivity,
  versions: IconHistory,
  dashboard: IconLayoutDashboard,
  settings: IconSettings,
}

export function Rail() {
  const { screen } = useRoute()
  // A tooltip has said what it had to say when its entry is pressed; it comes again with the next visit of the mouse.
  const [pressed, setPressed] = useState<string>()
  const openIssues = useStatus((s) => s.status?.openIssues ?? 0)
  return (
    <nav className="rail" aria-label={text.navigation}>
      {screens.map((name, index) => {
        const Icon = icons[name]
        const issues = name === 'activity' ? openIssues : 0
        return (
          <Tooltip
            key={name}
            label={`${text.screens[name]}  ${keyNames(`Ctrl+${index + 1}`)}`}
            position="right"
            disabled={pressed === name}
          >
            <a
              className="rail-item"
              href={hrefOf(name)}
              onClick={() => setPressed(name)}
              onMouseLeave={() => setPressed(undefined)}
              aria-current={name === screen ? 'page' : undefined}
              aria-keyshortcuts={`Control+${index + 1}`}
            >
              <span className="rail-icon">
                <Icon size={20} stroke={1.6} aria-hidden="true" />
                {issues > 0 ? (
                  <span className="rail-badge" aria-hidden="true">
                    {issues > 99 ? '99+' : issues}
                  </span>
                ) : null}
              </span>
              <span className="rail-label">{text.screens[name]}</span>
              {issues > 0 ? <span className="visually-hidden">{`, ${text.openIssues(issues)}`}</span> : null}
            </a>
          </Tooltip>
        )
      })}
    </nav>
  )
}
