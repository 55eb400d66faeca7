/**
 * A recorded graph as the bytes of TensorFlow's `saved_model.pb`: one meta graph tagged "serve" with one signature. There is no
 * `variables/` folder, because what changes goes in and out as tensors.
 */
import { createRequire } from "node:module"
import type { TypedArray } from "@tensorflow/tfjs-node-gpu"
import type { Attribute, DType, Graph, GraphNode, Sized, TensorSpec, ValueRef } from "./Graph.ts"
import { reachable, specOf } from "./Graph.ts"

/** TensorFlow's numbers of types (`types.proto`). */
const typeNumber: Readonly<Record<DType, number>> = { float32: 1, int32: 3, bool: 10 }

/** Version of the graph's semantics: that of TensorFlow 2.9, for which the package's own JavaScript was made. */
const graphVersion = 1087

/** Name of the scalar int32 input that a sized graph takes beside its own. */
export const sizeInput = "size"

// The package ships these classes without types.
type Message = any

/** Whether anything that the graph's outputs rest on grows with the size of a call. */
export const takesSize = (graph: Graph): boolean =>
  [...reachable(graph)].some((index) => graph.nodes[index]!.kind === "sized" || graph.nodes[index]!.kind === "filled")

/** Serialises what the graph's outputs rest on. */
export const toSavedModel = (graph: Graph): Uint8Array => {
  const pb: Message = createRequire(import.meta.url)("@tensorflow/tfjs-node-gpu/dist/proto/api_pb.js")
  const live = reachable(graph)
  const definition = new pb.GraphDef()
  const versions = new pb.VersionDef()
  versions.setProducer(graphVersion)
  definition.setVersions(versions)
  const signature = new pb.SignatureDef()
  signature.setMethodName("tensorflow/serving/predict")

  if (takesSize(graph)) {
    const spec: TensorSpec = { shape: [], dtype: "int32" }
    for (const message of nodeMessages(pb, graph, { kind: "input", name: sizeInput, spec }, sizeInput)) definition.addNode(message)
    signature.getInputsMap().set(sizeInput, tensorInfo(pb, `${sizeInput}:0`, spec))
  }
  graph.nodes.forEach((recorded, index) => {
    if (recorded.kind !== "input" && !live.has(index)) return
    for (const message of nodeMessages(pb, graph, recorded, `n${index}`)) definition.addNode(message)
    if (recorded.kind === "input") signature.getInputsMap().set(recorded.name, tensorInfo(pb, `n${index}:0`, recorded.spec))
  })
  Object.entries(graph.outputs).forEach(([name, ref], position) => {
    const spec = specOf(graph, ref)
    // An Identity each: an input may not be fetched as it is, and two outputs may be one value.
    definition.addNode(node(pb, `out${position}`, "Identity", [refText(ref)], { T: typeAttribute(pb, spec.dtype) }))
    signature.getOutputsMap().set(name, tensorInfo(pb, `out${position}:0`, spec))
  })

  const info = new pb.MetaGraphDef.MetaInfoDef()
  info.addTags("serve")
  const meta = new pb.MetaGraphDef()
  meta.setMetaInfoDef(info)
  meta.setGraphDef(definition)
  meta.getSignatureDefMap().set("serving_default", signature)
  const model = new pb.SavedModel()
  model.setSavedModelSchemaVersion(1)
  model.addMetaGraphs(meta)
  return model.serializeBinary()
}

const refText = (ref: ValueRef): string => `n${ref.node}:${ref.output}`

const node = (pb: Message, name: string, op: string, inputs: ReadonlyArray<string>, attributes: Record<string, Message>): Message => {
  const message = new pb.NodeDef()
  message.setName(name)
  message.setOp(op)
  message.setInputList([...inputs])
  for (const [key, value] of Object.entries(attributes)) message.getAttrMap().set(key, value)
  return message
}

/** A node of ours as nodes of TensorFlow's; the last bears the name. tfjs calls ExpandDims without its type, which a graph needs. */
const nodeMessages = (pb: Message, graph: Graph, recorded: GraphNode, name: string): ReadonlyArray<Message> => {
  switch (recorded.kind) {
    case "input": {
      const shape = new pb.AttrValue()
      shape.setShape(shapeMessage(pb, recorded.spec.shape))
      return [node(pb, name, "Placeholder", [], { dtype: typeAttribute(pb, recorded.spec.dtype), shape })]
    }
    case "constant": {
      const value = new pb.AttrValue()
      value.setTensor(tensorMessage(pb, recorded))
      return [node(pb, name, "Const", [], { dtype: typeAttribute(pb, recorded.dtype), value })]
    }
    case "sized": return sizedMessages(pb, graph, recorded.numbers, recorded.shape, name)
    case "filled": {
      const shape = `${name}_shape`
      const value: GraphNode = { kind: "constant", dtype: recorded.dtype, shape: [], values: typedArray[recorded.dtype].of(recorded.value) }
      return [
        ...sizedMessages(pb, graph, recorded.shape, [recorded.shape.factors.length], shape),
        ...nodeMessages(pb, graph, value, `${name}_value`),
        node(pb, name, "Fill", [`${shape}:0`, `${name}_value:0`], { T: typeAttribute(pb, recorded.dtype), index_type: typeAttribute(pb, "int32") })
      ]
    }
    case "operation":
      return [node(pb, name, recorded.op, recorded.inputs.map(refText), {
        ...(recorded.op === "ExpandDims" ? { T: typeAttribute(pb, specOf(graph, recorded.inputs[0]!).dtype) } : {}),
        ...Object.fromEntries(recorded.attributes.map((attribute) => [attribute.name, attributeMessage(pb, attribute)]))
      })]
  }
}

const typedArray = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const

/** factors * size + offsets */
const sizedMessages = (pb: Message, graph: Graph, { factors, offsets }: Sized, shape: ReadonlyArray<number>, name: string): ReadonlyArray<Message> => {
  const T = typeAttribute(pb, "int32")
  const numbers = (values: ReadonlyArray<number>): GraphNode => ({ kind: "constant", dtype: "int32", shape, values: Int32Array.from(values) })
  return [
    ...nodeMessages(pb, graph, numbers(factors), `${name}_factors`),
    ...nodeMessages(pb, graph, numbers(offsets), `${name}_offsets`),
    node(pb, `${name}_scaled`, "Mul", [`${sizeInput}:0`, `${name}_factors:0`], { T }),
    node(pb, name, "AddV2", [`${name}_scaled:0`, `${name}_offsets:0`], { T })
  ]
}

const typeAttribute = (pb: Message, dtype: DType): Message => {
  const message = new pb.AttrValue()
  message.setType(typeNumber[dtype])
  return message
}

/** Kinds by number as in TensorFlow's `c_api.h`: string 0, int 1, float 2, bool 3, type 4, shape 5. */
const setters = [
  ["setS", "setSList"], ["setI", "setIList"], ["setF", "setFList"], ["setB", "setBList"], ["setType", "setTypeList"]
] as const

const attributeMessage = (pb: Message, attribute: Attribute): Message => {
  const names = setters[attribute.type]
  if (names === undefined) throw new Error(`attribute ${attribute.name} is of kind ${attribute.type}, which is not written yet by the recorder`)
  const message = new pb.AttrValue()
  const encode = (value: unknown) => attribute.type === 0 ? Buffer.from(String(value)) : value
  if (Array.isArray(attribute.value)) {
    const list = new pb.AttrValue.ListValue()
    list[names[1]](attribute.value.map(encode))
    message.setList(list)
  } else message[names[0]](encode(attribute.value))
  return message
}

const shapeMessage = (pb: Message, shape: ReadonlyArray<number>): Message => {
  const message = new pb.TensorShape()
  for (const size of shape) {
    const dimension = new pb.TensorShape.Dim()
    dimension.setSize(size)
    message.addDim(dimension)
  }
  return message
}

const tensorInfo = (pb: Message, name: string, spec: TensorSpec): Message => {
  const message = new pb.TensorInfo()
  message.setName(name)
  message.setDtype(typeNumber[spec.dtype])
  message.setTensorShape(shapeMessage(pb, spec.shape))
  return message
}

const tensorMessage = (pb: Message, constant: Extract<GraphNode, { kind: "constant" }>): Message => {
  const { values, shape, dtype } = constant
  const message = new pb.Tensor()
  message.setDtype(typeNumber[dtype])
  message.setTensorShape(shapeMessage(pb, shape))
  // One value stands for a whole uniform tensor: attention masks of ones would otherwise make files of many megabytes.
  if (values.length > 0 && isUniform(values)) {
    if (dtype === "float32") message.addFloatVal(values[0])
    else if (dtype === "int32") message.addIntVal(values[0])
    else message.addBoolVal(values[0] !== 0)
  } else message.setTensorContent(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return message
}

/** -0 and 0 differ: a recorded step has the bits of the plain one. */
const isUniform = (values: TypedArray): boolean => {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], values[0])) return false
  return true
}
