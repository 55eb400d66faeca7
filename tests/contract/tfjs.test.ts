import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { engineContract } from "./engine.ts"
import { makeSmallWorld, plainSchedule } from "./small-world.ts"
import { type Bundle, bundle, startWorker } from "./tfjs-process.ts"

let made: Promise<Bundle> | undefined
const bundled = () => made ??= bundle("framework/engines/tfjs/worker.ts")
afterAll(async () => (await made)?.remove())

engineContract("tfjs", async () => {
  const { file } = await bundled()
  return () => startWorker(file)
})

it("moves weights to the same bits recorded and op by op, without oneDNN, over six steps", async () => {
  const folder = mkdtempSync(join(tmpdir(), "leadspan-equality-"))
  const world = await makeSmallWorld(folder)
  const worker = startWorker((await bundled()).file, { TF_ENABLE_ONEDNN_OPTS: "0" })
  for (const split of [8, 3]) {
    const schedule = world.schedule(`six-${split}`, plainSchedule(6, 8, split, 40))
    const [recorded, plain] = [true, false].map((recordGraphs) => world.train(`${recordGraphs}-${split}`, { recordGraphs, schedule, validation: null }))
    for (const task of [recorded!, plain!]) expect((await worker.run(task)).end).toMatchObject({ type: "done" })
    const [a, b] = [recorded!, plain!].map((task) => readFileSync(join(task.out, "checkpoint", "model.safetensors")))
    expect(a!.equals(b!)).toBe(true)
  }
  worker.closeInput()
  await worker.ended
  rmSync(folder, { recursive: true, force: true })
})
