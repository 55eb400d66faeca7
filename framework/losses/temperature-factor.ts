import type { LossPlugin } from "../plugin/define.ts"

/**
 * c(T) of the objective `weight * c(T) * distil + (1 - weight) * crossEntropy`, as the loss declares it. Softening by T
 * shrinks a Kullback-Leibler gradient by about 1/T^2 (arXiv 1503.02531, section 2), total variation's by 1/T.
 */
export const temperatureFactor = (plugin: Pick<LossPlugin, "temperatureScale">, temperature: number): number =>
  ({ "T^2": temperature * temperature, "1": 1 })[plugin.temperatureScale]
