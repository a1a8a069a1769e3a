import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import {
  AccessLevelFlag,
  DataType,
  type ISessionContext,
  makeEUInformation,
  type Namespace,
  OPCUACertificateManager,
  OPCUAServer,
  StatusCodes,
  standardUnits,
  type UAObject,
  type UAObjectType,
  type UAVariable,
  Variant,
} from 'node-opcua'
import { Motor, Tank } from './plant-model.ts'
import { plantNamespaceUri } from './plant-names.ts'

/** How often the plant moves; faster than the 250 ms at which the demo samples. */
const stepMs = 200

type Publish = () => void

/**
 * An OPC UA server with a small line: Objects/Line1 with three motors and two tanks. Loopback only. Policy None and
 * Basic256Sha256 are both offered; the pressure sensor of Tank_02 goes bad now and then.
 */
export class OpcuaPlant {
  readonly #folder: string
  readonly motors: readonly Motor[]
  readonly tanks: readonly Tank[]
  readonly #publish: Publish[] = []
  #server: OPCUAServer | undefined
  #timer: NodeJS.Timeout | undefined

  /** `folder` takes the server's certificate. */
  constructor(folder: string, random: () => number = Math.random) {
    this.#folder = folder
    this.motors = [new Motor(1480, 4210, random), new Motor(1475, 3987, random), new Motor(2950, 812, random)]
    this.tanks = [new Tank(68, random), new Tank(54, random)]
  }

  get endpointUrl(): string {
    return this.#server?.getEndpointUrl() ?? ''
  }

  /** `port` 0 takes a free one. */
  async start(port = 0): Promise<void> {
    const server = new OPCUAServer({
      port,
      host: '127.0.0.1',
      hostname: '127.0.0.1',
      resourcePath: '/plant',
      nodeset_filename: [nodesetPath()],
      buildInfo: { productName: 'Demo plant', manufacturerName: 'ThingsBoard IoT Gateway' },
      serverCertificateManager: new OPCUACertificateManager({
        rootFolder: join(this.#folder, 'opcua-plant-pki'),
        automaticallyAcceptUnknownCertificate: true,
      }),
    })
    await server.initialize()
    this.#build(server)
    await server.start()
    this.#server = server
    let last = performance.now()
    this.#timer = setInterval(() => {
      const now = performance.now()
      this.#step((now - last) / 1000)
      last = now
    }, stepMs)
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#server?.shutdown(0)
    this.#server = undefined
  }

  #step(seconds: number): void {
    for (const motor of this.motors) motor.step(seconds)
    for (const tank of this.tanks) tank.step(seconds)
    this.tanks[1]?.stepSensor(seconds)
    for (const publish of this.#publish) publish()
  }

  #build(server: OPCUAServer): void {
    const addressSpace = server.engine.addressSpace
    if (!addressSpace) throw new Error('Assertion failed: an initialized server has an address space')
    const namespace = addressSpace.registerNamespace(plantNamespaceUri)
    const line = namespace.addObject({
      organizedBy: addressSpace.rootFolder.objects,
      nodeId: 's=Line1',
      browseName: 'Line1',
      displayName: 'Line 1',
    })
    const motorType = namespace.addObjectType({ browseName: 'MotorType' })
    const tankType = namespace.addObjectType({ browseName: 'TankType' })
    for (const [i, motor] of this.motors.entries()) this.#addMotor(namespace, line, motorType, `Motor_0${i + 1}`, motor)
    for (const [i, tank] of this.tanks.entries()) this.#addTank(namespace, line, tankType, `Tank_0${i + 1}`, tank)
  }

  #addMotor(namespace: Namespace, line: UAObject, type: UAObjectType, name: string, motor: Motor): void {
    const object = namespace.addObject({
      componentOf: line,
      nodeId: `s=Line1.${name}`,
      browseName: name,
      typeDefinition: type,
    })
    const analog = analogAdder(namespace, object, `Line1.${name}`)
    const speed = analog('Speed', 0, 3600, 'rpm')
    const current = analog('Current', 0, 40, 'A')
    const temperature = analog('Temperature', -20, 160, '°C')
    const hours = analog('RunningHours', 0, 1_000_000, 'h')
    const state = plain(namespace, object, `Line1.${name}`, 'State', DataType.String)
    const serial = plain(namespace, object, `Line1.${name}`, 'SerialNumber', DataType.String)
    set(serial, DataType.String, `M-2041-${name.slice(-2)}`)
    const reset = namespace.addMethod(object, { nodeId: `s=Line1.${name}.Reset`, browseName: 'Reset' })
    // node-opcua counts the arguments: two and a promise, or three with a callback.
    reset.bindMethod(async (_inputs: Variant[], _context: ISessionContext) => {
      motor.reset()
      return { statusCode: StatusCodes.Good, outputArguments: [] }
    })
    this.#publish.push(() => {
      set(speed, DataType.Double, round(motor.speed, 1))
      set(current, DataType.Double, round(motor.current, 2))
      set(temperature, DataType.Double, round(motor.temperature, 1))
      set(hours, DataType.Double, round(motor.runningHours, 2))
      set(state, DataType.String, motor.state)
    })
  }

  #addTank(namespace: Namespace, line: UAObject, type: UAObjectType, name: string, tank: Tank): void {
    const object = namespace.addObject({
      componentOf: line,
      nodeId: `s=Line1.${name}`,
      browseName: name,
      typeDefinition: type,
    })
    const analog = analogAdder(namespace, object, `Line1.${name}`)
    const level = analog('Level', 0, 100, '%')
    const pressure = analog('Pressure', 0, 6, 'bar')
    const setpoint = analog('Setpoint', 5, 95, '%', { writable: true })
    set(setpoint, DataType.Double, tank.setpoint)
    this.#publish.push(() => {
      // An operator (or the gateway) may have written it.
      const written: unknown = setpoint.readValue().value.value
      if (typeof written === 'number') tank.setpoint = Math.min(95, Math.max(5, written))
      set(level, DataType.Double, round(tank.level, 2))
      if (tank.sensorFailed) {
        pressure.setValueFromSource({ dataType: DataType.Double, value: 0 }, StatusCodes.BadSensorFailure)
      } else set(pressure, DataType.Double, round(tank.pressure, 3))
    })
  }

  /** For tests and the demo's own scenes: breaks or mends the sensor of Tank_02 now. */
  failSensor(failed: boolean): void {
    const tank = this.tanks[1]
    if (tank) tank.sensorFailed = failed
  }
}

const units = {
  rpm: standardUnits.revolutions_per_minute,
  A: standardUnits.ampere,
  '°C': standardUnits.degree_celsius,
  '%': standardUnits.percent,
  bar: standardUnits.bar,
  h: makeEUInformation('HUR', 'h', 'hour'),
}

function analogAdder(namespace: Namespace, object: UAObject, prefix: string) {
  return (name: string, low: number, high: number, unit: keyof typeof units, { writable = false } = {}): UAVariable =>
    namespace.addAnalogDataItem({
      componentOf: object,
      nodeId: `s=${prefix}.${name}`,
      browseName: name,
      dataType: DataType.Double,
      engineeringUnitsRange: { low, high },
      engineeringUnits: units[unit],
      ...(writable && {
        accessLevel: AccessLevelFlag.CurrentRead | AccessLevelFlag.CurrentWrite,
        userAccessLevel: AccessLevelFlag.CurrentRead | AccessLevelFlag.CurrentWrite,
      }),
      value: new Variant({ dataType: DataType.Double, value: 0 }),
    })
}

function plain(namespace: Namespace, object: UAObject, prefix: string, name: string, dataType: DataType): UAVariable {
  return namespace.addVariable({ componentOf: object, nodeId: `s=${prefix}.${name}`, browseName: name, dataType })
}

function set(variable: UAVariable, dataType: DataType, value: number | string): void {
  variable.setValueFromSource({ dataType, value })
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

/**
 * The standard nodeset as node-opcua's precompiled image: beside the bundle when built, in node_modules otherwise (its own
 * search looks beside its sources, which a bundle does not have).
 */
function nodesetPath(): string {
  const bundled = join(import.meta.dirname, 'nodesets', nodesetFile)
  if (existsSync(bundled)) return bundled
  const { resolve } = createRequire(import.meta.url)
  return join(dirname(resolve('node-opcua-nodesets/package.json')), 'nodesets', nodesetFile)
}

const nodesetFile = 'Opc.Ua.NodeSet2.ndjson.gz'
