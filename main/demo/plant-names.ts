/** Namespace of the demo plant's nodes; its NodeIds are `s=Line1.Motor_01.Speed` and the like. */
export const plantNamespaceUri = 'urn:thingsboard-gateway:demo-plant'
