/**
 * One copy of Leadspan and of Effect for a process and all of its plugins: a plugin's imports of them are rewritten to
 * read the modules that this process already runs. The same way from sources (tests) and from the built command line.
 */
const registryKey = "leadspan:shared-modules"

type Namespace = Readonly<Record<string, unknown>>
export interface SharedModules { readonly leadspan: Namespace; readonly effect: Namespace }

let loading: Promise<SharedModules> | undefined

/** Loads both modules once and lays them where bundled plugins look. */
export const shareModules = (): Promise<SharedModules> => {
  loading ??= Promise.all([import("../index.ts"), import("./effect-entry.ts")]).then(([leadspan, effect]) => {
    const modules: SharedModules = { leadspan: leadspan as Namespace, effect: effect as Namespace }
    ;(globalThis as unknown as Record<string, unknown>)[registryKey] = modules
    return modules
  })
  return loading
}

const nameOf = /^[A-Za-z_$][\w$]*$/

const moduleText = (read: string, exported: ReadonlyArray<string>): string =>
  exported.filter((name) => nameOf.test(name) && name !== "default")
    // a pure call each, so that the bundler drops those that the plugin does not use
    .map((name, index) => `const x${index} = /* @__PURE__ */ (() => ${read}.${name})()\nexport { x${index} as ${name} }`)
    .join("\n")

/**
 * Source of the module that stands for `specifier` in a bundled plugin, or null if it is not shared. `effect/Schema` is
 * the member `Schema` of `effect`. Every name is exported by itself, so that a misspelt import is found, with its place,
 * when the plugin is bundled.
 */
export const sharedModuleText = (specifier: string, modules: SharedModules): string | null => {
  const read = (path: string) => `globalThis[${JSON.stringify(registryKey)}].${path}`
  if (specifier === "leadspan" || specifier === "effect") return moduleText(read(specifier), Object.keys(modules[specifier]))
  const member = /^effect\/(\w+)$/.exec(specifier)?.[1]
  const namespace = member === undefined ? undefined : modules.effect[member]
  return typeof namespace === "object" && namespace !== null ? moduleText(read(`effect.${member}`), Object.keys(namespace)) : null
}

/** Changes when a shared module gains or loses a name: a cached bundle is then made anew. */
export const sharedNames = (modules: SharedModules): string =>
  JSON.stringify([Object.keys(modules.leadspan).sort(), Object.keys(modules.effect).sort()])
