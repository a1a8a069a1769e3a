/** The mapping of the Workbench takes this place. */
export function SamplePanel() {
  return null
}
