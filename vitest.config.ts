import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

// Vitest 5 prints failures by Map.groupBy, which Node 20 lacks.
const maps = Map as unknown as { groupBy?: unknown }
maps.groupBy ??= <K, V>(items: Iterable<V>, keyOf: (item: V, index: number) => K): Map<K, Array<V>> => {
  const groups = new Map<K, Array<V>>()
  let index = 0
  for (const item of items) {
    const key = keyOf(item, index++)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

export default defineConfig({
  resolve: { alias: { leadspan: fileURLToPath(new URL("./framework/index.ts", import.meta.url)) } },
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/.leadspan/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: "forks",
    maxWorkers: 2
  }
})
