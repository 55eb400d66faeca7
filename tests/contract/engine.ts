/** What every engine's worker must do, whatever it computes with. Called once for each engine with a way to start its worker. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import type { Event } from "../../framework/engines/Protocol.ts"
import type { GenerateTask, TrainTask } from "../../framework/engines/Task.ts"
import { measuresName, readMeasures } from "../../framework/sequence/measures-file.ts"
import { halfForwardKl, makeSmallWorld, numTrainRows, plainSchedule, type SmallWorld, tinyConfig, vocabulary } from "./small-world.ts"
import type { WorkerProcess } from "./tfjs-process.ts"

export const engineContract = (name: string, prepare: () => Promise<() => WorkerProcess>): void => {
  describe(`the ${name} engine's worker`, () => {
    let folder: string
    let world: SmallWorld
    let start: () => WorkerProcess
    let worker: WorkerProcess

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "leadspan-contract-"))
      world = await makeSmallWorld(folder)
      start = await prepare()
      worker = start()
      await worker.ready
      for (const [split, mode] of [["train", "full"], ["train", "topk"], ["validation", "topk"]] as const) {
        const store = { mode, k: mode === "topk" ? 8 : null, temperatures: mode === "topk" ? [1, 2] : [], dtype: mode === "topk" ? "float16" : "float32" } as const
        expect((await worker.run(world.teach(`teacher-${split}-${mode}`, split, store))).end).toMatchObject({ type: "done" })
      }
    })
    afterAll(async () => {
      worker.send('{"type":"stop"}\n')
      await worker.ended
      rmSync(folder, { recursive: true, force: true })
    })

    const distilling = (task: string, changes: Partial<TrainTask> = {}): TrainTask => {
      const plain = world.train(task)
      return {
        ...plain, objective: halfForwardKl, teacherStore: { folder: join(folder, "teacher-train-full"), mode: "full", k: null },
        validation: { ...plain.validation!, teacherStore: { folder: join(folder, "teacher-validation-topk"), mode: "topk", k: 8 } }, ...changes
      }
    }
    const weightsOf = (task: { readonly out: string }) => readFileSync(join(task.out, "checkpoint", "model.safetensors"))
    const heldoutOf = (task: { readonly out: string }) => readFileSync(join(task.out, "heldout.json"), "utf8")
    /** every value that a task told, by key and step; speeds are no numbers of the trial */
    const metricsOf = (events: ReadonlyArray<Event>) => new Map(events.flatMap((event) => event.type !== "metrics" ? []
      : event.metrics.filter(({ key }) => key !== "train/tokens_per_second").map(({ key, step, value }) => [`${key} ${step}`, value] as const)))
    const lastStep = (event: Event) => event.type === "metrics" ? Math.max(...event.metrics.map(({ step }) => step)) : 0

    it("says what it is before anything else", async () => {
      const ready = await worker.ready
      expect(ready.pid).toBeGreaterThan(1)
      expect(ready.device.library).toMatch(/\d+\.\d+/)
    })

    it("trains: losses fall, and checkpoint, held-out losses and cost are written", async () => {
      const task = world.train("trains")
      const { end, events } = await worker.run(task)
      if (end.type !== "done") throw new Error(JSON.stringify(end))
      const metrics = metricsOf(events)
      expect(metrics.get("train/loss 12")!).toBeLessThan(metrics.get("train/loss 1")! - 0.2)
      expect(metrics.get("heldout/cross_entropy 12")!).toBeLessThan(metrics.get("heldout/cross_entropy 6")!)
      for (const key of ["prompt_cross_entropy", "cot_cross_entropy", "answer_cross_entropy", "cross_entropy_decile_0", "cross_entropy_decile_9", "own_cross_entropy"]) {
        expect(metrics.get(`heldout/${key} 12`)).toBeGreaterThan(0)
      }
      expect(end.cost.flops).toBeGreaterThan(0)
      expect(end.cost.paddedTokens).toBe(12 * 8 * 40)
      expect(end.cost.peakBytes).toBeGreaterThan(end.cost.fixedBytes)
      expect(JSON.parse(readFileSync(join(task.out, "cost.json"), "utf8"))).toEqual(end.cost)
      expect(JSON.parse(readFileSync(join(task.out, "checkpoint", "config.json"), "utf8"))).toMatchObject({ model_type: "llama", hidden_size: 32 })
      expect(existsSync(join(task.resume.folder, "resume.safetensors"))).toBe(false)
    })

    it("reports divergence from the teacher, on top-k stores too", async () => {
      for (const mode of ["full", "topk"] as const) {
        const task = distilling(`distils-${mode}`, { teacherStore: { folder: join(folder, `teacher-train-${mode}`), mode, k: mode === "topk" ? 8 : null } })
        const { end, events } = await worker.run(task)
        expect(end).toMatchObject({ type: "done" })
        expect(metricsOf(events).get("train/distil 12")).toBeGreaterThan(0)
        expect(metricsOf(events).get("heldout/divergence 12")).toBeGreaterThan(0)
      }
    })

    it("trains alike on lines that hold several sequences", async () => {
      // two steps of eight rows; with lengths of 12 to 40, two to a line of 80 always fit
      const lines = (rows: ReadonlyArray<number>) => [0, 2, 4, 6].map((at) => rows.slice(at, at + 2))
      const alone = plainSchedule(2, 8, 8, 40)
      const packed = alone.map((step) => ({
        ...step, microBatches: step.microBatches.map(({ rows }) => ({ length: 80, rows, packs: lines(rows) }))
      }))
      const run = async (task: TrainTask) => metricsOf((await worker.run(task)).events)
      for (const [store, k] of [["full", null], ["topk", 8]] as const) {
        const teacherStore = { folder: join(folder, `teacher-train-${store}`), mode: store, k }
        const own = await run(distilling(`alone-${store}`, { teacherStore, schedule: world.schedule("alone", alone) }))
        const together = await run(distilling(`packed-${store}`, { teacherStore, schedule: world.schedule("packed", packed) }))
        expect(own.get("train/loss 2")).toBeGreaterThan(0)
        for (const key of ["train/loss 1", "train/distil 1", "train/grad_norm 1", "train/loss 2", "heldout/cross_entropy 2"] as const) {
          expect(Math.abs(together.get(key)! / own.get(key)! - 1)).toBeLessThan(1e-5)
        }
      }
      const torn = packed.map((step) => ({ ...step, microBatches: step.microBatches.map((call) => ({ ...call, packs: call.packs.slice(1) })) }))
      const { end } = await worker.run(world.train("torn-packs", { schedule: world.schedule("torn-packs", torn) }))
      expect(end).toMatchObject({ type: "failed", reason: "invalid-input", message: expect.stringMatching(/packs other rows/) as string })
    })

    it("gives the same bytes whatever it did before, and in another process", async () => {
      const tasks = ["again-1", "again-2", "again-3"].map((task) => distilling(task))
      await worker.run(tasks[0]!)
      await worker.run(world.train("between", { schedule: world.schedule("between", plainSchedule(3, 6, 3, 40)) }))
      await worker.run(tasks[1]!)
      const other = start()
      await other.run(tasks[2]!)
      other.closeInput()
      expect(await other.ended).toEqual({ code: 0, signal: null })
      for (const task of tasks.slice(1)) {
        expect(weightsOf(task).equals(weightsOf(tasks[0]!))).toBe(true)
        expect(heldoutOf(task)).toBe(heldoutOf(tasks[0]!))
      }
    })

    it.each([
      ["asked to stop", (process: WorkerProcess) => process.send('{"type":"stop"}\n')],
      ["killed", (process: WorkerProcess) => process.signal("SIGKILL")],
      ["left alone by its parent", (process: WorkerProcess) => process.closeInput()]
    ] as const)("goes on after it was %s, with the numbers of an uninterrupted run", async (how, interrupt) => {
      const split = world.schedule("split", plainSchedule(14, 8, 3, 40))
      const changes = { schedule: split, select: { best: "heldout-cross-entropy" } } as const
      const whole = distilling(`whole-${how}`, changes)
      const expected = metricsOf((await worker.run(whole)).events)

      const task = distilling(`broken-${how}`, changes)
      const first = start()
      const seen: Array<Event> = []
      let isInterrupted = false
      const run = first.run(task, (event, process) => {
        seen.push(event)
        if (isInterrupted || lastStep(event) < 7) return
        isInterrupted = true
        interrupt(process)
      })
      const outcome = await run.then(({ end }) => end.type, () => "died")
      expect(outcome).toBe(how === "killed" ? "died" : "stopped")
      expect(await first.ended).toEqual(how === "killed" ? { code: null, signal: "SIGKILL" } : { code: 0, signal: null })

      const { end, events } = await worker.run(task)
      expect(end).toMatchObject({ type: "done" })
      // It goes on from its checkpoint, at step 4 or later: what it did before is told again, not done again.
      const firstDone = events.find((event) => event.type === "progress" && event.phase === "train")
      expect(firstDone).toMatchObject({ type: "progress" })
      expect((firstDone as Extract<Event, { type: "progress" }>).done).toBeGreaterThan(4)
      for (const [key, value] of metricsOf([...seen, ...events])) expect([key, value]).toEqual([key, expected.get(key)])
      expect(metricsOf([...seen, ...events]).size).toBe(expected.size)
      expect(weightsOf(task).equals(weightsOf(whole))).toBe(true)
      expect(heldoutOf(task)).toBe(heldoutOf(whole))
    })

    it("keeps the best checkpoint where that is asked for", async () => {
      // the learning rate leaps at the end, so that the last checkpoint is not the best
      const steps = plainSchedule(12, 8, 8, 40).map((step, index) => index < 6 ? step : { ...step, learningRate: 0.5 })
      const schedule = world.schedule("leap", steps)
      const task = world.train("best", { schedule, select: { best: "own-cross-entropy" } })
      await worker.run(task)
      const early = world.train("early", { schedule: world.schedule("early", steps.slice(0, 6)) })
      await worker.run(early)
      expect(JSON.parse(heldoutOf(task))).toMatchObject({ selected: 6 })
      expect(weightsOf(task).equals(weightsOf(early))).toBe(true)
    })

    describe("fails with a reason, and lives on", () => {
      const failure = async (task: TrainTask) => {
        const { end } = await worker.run(task)
        if (end.type !== "failed") throw new Error(`expected a failure, got ${JSON.stringify(end)}`)
        return { reason: end.reason, message: end.message }
      }
      it("when numbers are not finite", async () => {
        const steps = plainSchedule(4, 8, 8, 40).map((step) => ({ ...step, learningRate: 1e38 }))
        expect(await failure(world.train("diverges", { schedule: world.schedule("diverges", steps) }))).toMatchObject({ reason: "not-finite", message: expect.stringMatching(/step [234]/) as string })
      })
      it.each([
        ["the vocabulary is too small", () => world.train("small", { student: { init: { ...tinyConfig(), vocab_size: 8 }, seed: 1, tokenizer: folder } }), /vocabulary/],
        ["a row does not fit its micro-batch", () => world.train("long", { schedule: world.schedule("long", plainSchedule(2, 8, 8, 16)) }), /no room/],
        ["a file is missing", () => world.train("missing", { prepared: join(folder, "nowhere.arrow") }), /nowhere\.arrow/],
        ["a folder holds no model", () => world.train("no-model", { student: { folder: join(folder, "nowhere") } }), /nowhere/],
        ["the teacher's vocabulary differs", () => distilling("differs", { student: { init: { ...tinyConfig(), vocab_size: vocabulary + 1 }, seed: 1, tokenizer: folder } }), /one tokenizer/],
        ["there is no teacher store", () => distilling("no-store", { teacherStore: null }), /teacher store/],
        ["the schedule is none", () => { writeFileSync(join(folder, "bad.json"), "[{}]"); return world.train("bad", { schedule: join(folder, "bad.json") }) }, /schedule/]
      ] as const)("when %s", async (_, task, message) => {
        expect(await failure(task())).toMatchObject({ reason: "invalid-input", message: expect.stringMatching(message) as string })
      })
    })

    describe("generates", () => {
      const items = Array.from({ length: 7 }, (_, index) => ({ item: `item-${index}`, ids: Array.from({ length: 3 + index }, (_, t) => (index + t) % vocabulary) }))
      const generating = (task: string, changes: Partial<GenerateTask> = {}): GenerateTask => {
        writeFileSync(join(folder, "items.jsonl"), items.map((item) => `${JSON.stringify(item)}\n`).join(""))
        return {
          kind: "generate", stepId: `generate-${task}`, model: { folder: join(folder, "trains", "checkpoint") }, items: join(folder, "items.jsonl"),
          samples: 1, temperature: 0, topP: 1, seed: 1, maxTokens: 20, stopIds: [0], endOfThoughtId: null,
          forced: { thoughtTokens: [5, 10], cue: [1, 2], answerTokens: 3 }, batchSequences: 2, recordGraphs: true,
          resumeFolder: join(folder, `${task}.resume`), out: join(folder, task), ...changes
        }
      }
      const linesOf = (task: GenerateTask) => readFileSync(join(task.out, "outputs.jsonl"), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line) as { item: string; sample: number; ids: Array<number>; forced: Array<unknown> })

      it("a line an item and sample, with every forced budget", async () => {
        const task = generating("sampled", { samples: 3, temperature: 1, topP: 0.9, batchSequences: 6 })
        const { end } = await worker.run(task)
        expect(end).toMatchObject({ type: "done" })
        const lines = linesOf(task)
        expect(lines.map(({ item, sample }) => [item, sample])).toEqual(items.flatMap(({ item }) => [0, 1, 2].map((sample) => [item, sample])))
        for (const line of lines) expect(line.forced).toHaveLength(2)
        expect(new Set(lines.map(({ ids }) => ids.join())).size).toBeGreaterThan(10)
      })

      it("the same when it was stopped on the way", async () => {
        const whole = generating("whole-generation")
        await worker.run(whole)
        const task = generating("broken-generation")
        const first = start()
        const { end } = await first.run(task, (event, process) => {
          if (event.type === "progress") process.send('{"type":"stop"}\n')
        })
        expect(end.type).toBe("stopped")
        expect((await worker.run(task)).end).toMatchObject({ type: "done" })
        expect(linesOf(task)).toEqual(linesOf(whole))
      })

      it("and when it was killed: what is lost is one batch at most", async () => {
        const whole = generating("unkilled-generation")
        await worker.run(whole)
        const task = generating("killed-generation")
        const first = start()
        let reached = 0
        // Batches are of two: told of an item at the end of a batch, or within the one that begins with it.
        await first.run(task, (event, process) => {
          if (event.type !== "progress" || event.done < 4) return
          reached = event.done
          process.signal("SIGKILL")
        }).catch(() => {})
        await first.ended
        const partial = join(task.resumeFolder!, "outputs.partial.jsonl")
        // The kill may come when all is done: then all is there.
        if (!existsSync(partial)) return expect(linesOf(task)).toEqual(linesOf(whole))
        const kept = readFileSync(partial, "utf8").split("\n").slice(0, -1)
        expect(kept.length).toBeGreaterThanOrEqual(reached - 2)
        expect(kept.length).toBeGreaterThanOrEqual(4)
        const told: Array<number> = []
        expect((await worker.run(task, (event) => { if (event.type === "progress") told.push(event.done) })).end).toMatchObject({ type: "done" })
        // The kill may come after the last batch: then there is nothing left to tell of.
        expect(told.filter((done) => done < kept.length - kept.length % 2)).toEqual([])
        expect(told.length > 0 || kept.length === linesOf(whole).length).toBe(true)
        expect(linesOf(task)).toEqual(linesOf(whole))
      })
    })

    it("measures each token by student and teacher, and says what does not fit", async () => {
      const store = { folder: join(folder, "teacher-train-topk"), mode: "topk", k: 8 } as const
      for (const [task, hasTeacher] of [[world.measure("measured", store), true], [world.measure("measured-alone", null), false]] as const) {
        const { end, events } = await worker.run(task)
        expect(end).toMatchObject({ type: "done", cost: { tokens: expect.any(Number) as number } })
        expect(events.some((event) => event.type === "progress" && event.phase === "measure" && event.done === numTrainRows)).toBe(true)
        const measures = await Effect.runPromise(readMeasures(join(task.out, measuresName)))
        expect([measures.count, measures.hasTeacher]).toEqual([numTrainRows, hasTeacher])
        const { divergence_T, studentEntropy_T } = measures.row(numTrainRows - 1)
        expect([...studentEntropy_T.subarray(1)].every((value) => value > 0 && value <= Math.log(vocabulary) + 1e-4)).toBe(true)
        expect(divergence_T === null).toBe(!hasTeacher)
        measures.close()
      }
      const { end } = await worker.run(world.measure("mismeasured", { folder: join(folder, "teacher-validation-topk"), mode: "topk", k: 8 }))
      expect(end).toMatchObject({ type: "failed", reason: "invalid-input", message: expect.stringMatching(/holds 10 rows, the prepared data 32/) as string })
    })

    it("takes what is no command for a failure, not for an end", async () => {
      const { end } = await worker.run({ kind: "nonsense" } as never)
      expect(end).toMatchObject({ type: "failed", reason: "invalid-input" })
    })
  })
}
