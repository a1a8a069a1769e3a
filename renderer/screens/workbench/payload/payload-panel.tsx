/** The mapping of the Workbench takes this place. */
export function PayloadPanel() {
  return null
}
