import type { Rectangle } from 'electron'

/** This much of the title bar must be on some display, or nobody could drag the window back. */
const reachablePx = 80

/**
 * The stored place if it can still be seen on one of today's displays, else only its size, cut to the first display. A
 * monitor that was unplugged must not hide the window.
 */
export function fitToDisplays(
  stored: Rectangle,
  displays: ReadonlyArray<{ readonly workArea: Rectangle }>,
): Partial<Rectangle> & { width: number; height: number } {
  const reachable = displays.some(({ workArea }) => {
    const overlapX = Math.min(stored.x + stored.width, workArea.x + workArea.width) - Math.max(stored.x, workArea.x)
    const barIsInside = stored.y >= workArea.y && stored.y < workArea.y + workArea.height - reachablePx
    return overlapX >= reachablePx && barIsInside
  })
  if (reachable) return { x: stored.x, y: stored.y, width: stored.width, height: stored.height }
  const first = displays[0]?.workArea
  return {
    width: Math.min(stored.width, first?.width ?? stored.width),
    height: Math.min(stored.height, first?.height ?? stored.height),
  }
}
