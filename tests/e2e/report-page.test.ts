/** The report in a real browser, where one is installed: its one script runs, nothing else does, and it fits narrow screens. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Browser, Page } from "puppeteer-core"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { reportHtml } from "../../framework/analysis/report/page.ts"
import { claimAt, claimed } from "../unit/analysis/claims/claimed.ts"

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path))
if (chromium === undefined) console.log("not run: the report in a browser (no chromium; apt-get install chromium)")

describe.skipIf(chromium === undefined)("the report in a browser", () => {
  const folder = mkdtempSync(join(tmpdir(), "leadspan-page-"))
  const file = join(folder, "report.html")
  const said: Array<string> = []
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    const { outcomes, plan } = claimed([claimAt("half-is-enough", [2]), claimAt("a-quarter-is-enough", [1])])
    const evil = `</script><script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>`
    const texts = (step: string, places: ReadonlySet<number>) => new Map([...outcomes.texts!(step, places)].map(([place, text]) =>
      [place, { ...text, thought: `${text.thought}${evil}`, prompt: evil, gold: evil }] as const))
    writeFileSync(file, await reportHtml({ ...plan, description: evil }, { ...outcomes, texts }))
    const { default: puppeteer } = await import("puppeteer-core")
    browser = await puppeteer.launch({ executablePath: chromium!, args: ["--no-sandbox", "--disable-gpu"], headless: true })
    page = await browser.newPage()
    page.on("console", (message) => said.push(message.text()))
    page.on("pageerror", (error) => said.push(String(error)))
    page.on("dialog", (dialog) => {
      said.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    page.on("request", (request) => {
      if (!request.url().startsWith("file://")) said.push(`asks for ${request.url()}`)
    })
    await page.goto(`file://${file}`)
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const text = (selector: string) => page.$eval(selector, (element) => element.textContent ?? "")

  it("compares any two cells by keyboard, and shows what models wrote as text", async () => {
    assert.include(await text("#explorer-tool [aria-live]"), "A (cot, 50 %) is right less often than B (cot, 100 %)")
    await page.focus("#explorer-tool select")
    await page.keyboard.press("ArrowUp")
    assert.include(await text("#explorer-tool [aria-live]"), "A (cot, 25 %)")
    await page.focus("#explorer-tool summary")
    await page.keyboard.press("Enter")
    await page.waitForSelector("#explorer-tool details[open] .side", { timeout: 10_000 })
    assert.strictEqual(await page.$$eval("#explorer-tool details[open] .side", (sides) => sides.length), 2)
    assert.include(await text("#explorer-tool details[open] .prompt"), "<script>alert(1)</script>")
    assert.include(await text("#explorer-tool details[open] .output .thought"), "<img src=x onerror=alert(2)>")
    assert.strictEqual(await page.$$eval("img, #explorer-tool script, #explorer-tool svg", (found) => found.length), 0)
    assert.deepStrictEqual(said, [])
  })

  it("gives every figure the focus, a name and a description", async () => {
    const figures = await page.$$eval(".panels svg[role=img]", (all) => all.map((svg) => ({
      tab: svg.getAttribute("tabindex"), title: svg.querySelector(":scope > title")?.textContent ?? "", words: svg.querySelector(":scope > desc")?.textContent ?? ""
    })))
    assert.isAbove(figures.length, 8)
    for (const { tab, title, words } of figures) assert.isTrue(tab === "0" && title.length > 3 && words.length > 20, title)
    assert.strictEqual(await page.$$eval("figure", (all) => all.filter((one) => one.closest("section")!.querySelector("a.data") === null).length), 0)
  })

  it("fits 400 pixels, light and dark, and can be printed", async () => {
    for (const width of [400, 1280]) {
      for (const scheme of ["light", "dark"]) {
        await page.setViewport({ width, height: 900 })
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }])
        assert.isAtMost(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `${width} ${scheme}`)
      }
    }
    assert.isAbove((await page.pdf({ format: "A4" })).length, 20_000)
  }, 120_000)

  it("is read whole where no script runs", async () => {
    await page.setJavaScriptEnabled(false)
    await page.goto(`file://${file}`)
    assert.isAbove(await page.$$eval("#explorer-still details", (all) => all.length), 3)
    assert.isTrue(await page.$eval("#explorer-tool", (element) => element.hasAttribute("hidden")))
    assert.include(await text("#verdicts"), "supported")
    assert.deepStrictEqual(said, [])
  })
})
