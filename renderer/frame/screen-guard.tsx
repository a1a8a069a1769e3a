import { Button } from '@mantine/core'
import { Component, type ReactNode } from 'react'
import { Empty } from '../components/empty.tsx'
import { frameText as text } from '../i18n/en-frame.ts'

/** A bug in one screen must not take the window: the frame with the state of the gateway stays. */
export class ScreenGuard extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return (
      <div className="panel" role="alert">
        <Empty
          title={text.screenFailed}
          actions={<Button onClick={() => this.setState({ failed: false })}>{text.tryAgain}</Button>}
        >
          {text.screenFailedHint}
        </Empty>
      </div>
    )
  }
}
