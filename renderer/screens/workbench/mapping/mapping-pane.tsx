/** The mapping of the Workbench takes this place. */
export function MappingPane() {
  return null
}
