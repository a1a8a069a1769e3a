/** The mapping of the Workbench takes this place. */
export function TracePanel() {
  return null
}
