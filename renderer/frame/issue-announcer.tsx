import { useEffect, useState } from 'react'
import { on, request } from '../api/client.ts'
import { wordsOfCode } from '../i18n/en-codes.ts'
import { frameText as text } from '../i18n/en-frame.ts'

/** Tells screen readers about new issues, never about values. One sentence at a time: a storm is not read out line by line. */
export function IssueAnnouncer() {
  const [message, setMessage] = useState('')
  useEffect(() => {
    let known: Set<string> | undefined
    let asking = false
    const look = async (): Promise<void> => {
      if (asking) return
      asking = true
      const result = await request('issues.list', { closed: false })
      asking = false
      if (!result.ok) return
      const before = known
      known = new Set(result.value.issues.map((issue) => issue.id))
      const fresh = result.value.issues.find((issue) => before && !before.has(issue.id))
      if (fresh) setMessage(text.newIssue(wordsOfCode(fresh.code)?.what ?? fresh.message))
    }
    void look()
    return on('issues.changed', () => void look())
  }, [])
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {message}
    </div>
  )
}
