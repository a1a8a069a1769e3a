import { Button } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { welcomeText as text } from '../../i18n/en-welcome.ts'
import { hrefOf } from '../../stores/route.ts'

/** Heading, body and the way on. The heading takes the focus, so that keyboard and screen reader start at its question. */
export function StepPage(props: {
  readonly n: number
  readonly title: string
  readonly children: ReactNode
  readonly actions: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // A field that takes the focus by itself keeps it.
    if (!document.activeElement?.closest('.setup-body')) heading.current?.focus()
  }, [])
  return (
    <>
      <div className="setup-body">
        <h1 ref={heading} tabIndex={-1}>
          <span className="visually-hidden">{`${text.steps.position(props.n)}: `}</span>
          {props.title}
        </h1>
        {props.children}
      </div>
      <footer className="setup-foot">{props.actions}</footer>
    </>
  )
}

export function BackLink({ to }: { readonly to: readonly string[] }) {
  return (
    <Button component="a" variant="default" href={hrefOf('overview', ...to)}>
      {text.back}
    </Button>
  )
}
