/** A chat template's work, texts and lists are bounded in proportion to what it renders, also where no watchdog looks. */
import { assert, describe, it } from "vitest"
import { jinjaRenderer } from "../../../framework/sequence/jinja.ts"

const render = (template: string, content = "hello") => jinjaRenderer(template, { bos: null, eos: null }, "t").render([{ role: "user", content }], false)
const loops = (depth: number, inner: string): string => `${"{% for i in range(900) %}".repeat(depth)}${inner}${"{% endfor %}".repeat(depth)}`
const swelling = (step: string): string => `{% set n = namespace(x='a', l=[1]) %}{% for i in range(60) %}${step}{% endfor %}{{ n.x | length }}`

describe("a chat template", () => {
  it("that loops ends soon, though its loops are empty", () => {
    const before = process.cpuUsage()
    for (const inner of ["", "x", "{{ i }}"]) assert.throws(() => render(loops(3, inner)), /template-failed .*more evaluations/u)
    // processor time: what it takes of a busy machine's clock says nothing
    const { system, user } = process.cpuUsage(before)
    assert.isBelow((user + system) / 1000, 10_000)
  })

  it.each([
    ["{% set n.x = n.x + n.x %}", /a text of \d+ characters/u],
    ["{% set n.x = n.x | replace('a', 'aaaaaaaaaa') %}", /a text of \d+ characters/u],
    ["{% set n.x = n.x.replace('a', 'aaaaaaaaaa') %}", /a text of \d+ characters/u],
    ["{% set n.x = [n.x, n.x, n.x] | join('') %}", /a text of \d+ characters/u],
    ["{% set n.l = n.l + n.l %}", /a list of \d+ elements|more evaluations/u]
  ])("that swells by %s is stopped", (step, says) => {
    assert.throws(() => render(swelling(step)), says)
  })

  it("may use a long record many times", () => {
    const content = `${"line of a long record\n".repeat(200_000)}end`
    const template = `${"{% if '</think>' in messages[0].content %}x{% endif %}".repeat(20)}{% for m in messages %}{{ m.content }}{% endfor %}`
    assert.strictEqual(render(template, content), content)
    assert.strictEqual(render("{% for line in messages[0].content.split('\\n') %}{{ line }}\n{% endfor %}", "a\nb\n".repeat(5000)).length, 20_001)
  })

  it("that is not whole is told so", () => {
    assert.throws(() => render("{% for m in messages %}{{ m.content }}"), /template-failed {2}Found one that is not whole/u)
  })
})
