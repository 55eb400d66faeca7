/**
 * The page's one script: lets any two cells be compared item by item. Plain JavaScript as text, because its digest stands in the
 * page's policy and must be that of the bytes on the page. It makes elements and sets their text, and never reads text as HTML:
 * what models wrote stays text. Without it the page shows the flips of one pair.
 */
import { createHash } from "node:crypto"

export const explorerScript = `"use strict";
(function () {
  var data = JSON.parse(document.getElementById("explorer-data").textContent);
  var root = document.getElementById("explorer-tool");
  var still = document.getElementById("explorer-still");
  var pageSize = 20;

  function make(name, attributes, children) {
    var element = document.createElement(name);
    Object.keys(attributes || {}).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    (children || []).forEach(function (child) {
      if (child !== null) element.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    });
    return element;
  }
  function plural(count, one) { return count + " " + one + (count === 1 ? "" : "s"); }
  function bytesOf(text) { return Uint8Array.from(atob(text), function (sign) { return sign.charCodeAt(0); }); }

  var evaluations = data.evaluations.map(function (one) {
    var kept = {};
    one.outputs.forEach(function (output) { kept[output.slice(0, 3).join(" ")] = output; });
    one.answerers.forEach(function (answerer) {
      answerer.students.forEach(function (student) { student.right = student.right.map(bytesOf); });
    });
    return { of: one, kept: kept };
  });
  function isRight(student, rule, line) { return (student.right[rule][line >> 3] >> (line & 7) & 1) === 1; }
  function share(one, answerer, rule, item) {
    var right = 0, all = 0;
    one.answerers[answerer].students.forEach(function (student) {
      for (var sample = 0; sample < one.samples; sample++) {
        all += 1;
        if (isRight(student, rule, item * one.samples + sample)) right += 1;
      }
    });
    return { right: right, all: all };
  }

  function choice(label, options, chosen) {
    var select = make("select", {}, options.map(function (option, place) { return make("option", { value: String(place) }, [option]); }));
    select.value = String(chosen);
    var field = make("label", {}, [make("span", {}, [label]), select]);
    field.select = select;
    return field;
  }
  var fields = {
    evaluation: choice("Evaluation", data.evaluations.map(function (one) { return one.name; }), 0),
    a: choice("A", [], 0), b: choice("B", [], 0), rule: choice("Right by", [], 0),
    show: choice("Show", ["all items that differ", "A right less often", "A right more often", "all items"], 0)
  };
  var swap = make("button", { type: "button" }, ["Swap A and B"]);
  var told = make("p", { "aria-live": "polite" }, []);
  var list = make("div", { class: "flips" }, []);
  var more = make("button", { type: "button" }, ["Show more"]);
  root.appendChild(make("div", { class: "choose", role: "group", "aria-label": "What is compared" },
    [data.evaluations.length > 1 ? fields.evaluation : null, fields.a, fields.b, fields.rule, fields.show, swap]));
  [told, list, more].forEach(function (element) { root.appendChild(element); });

  var now = null, shown = 0;
  function refill(select, names, chosen) {
    select.replaceChildren.apply(select, names.map(function (name, place) { return make("option", { value: String(place) }, [name]); }));
    select.value = String(chosen);
  }
  function open(place) {
    var one = evaluations[place].of;
    var names = one.answerers.map(function (answerer) { return answerer.name; });
    refill(fields.a.select, names, one.opened[0]);
    refill(fields.b.select, names, one.opened[1]);
    refill(fields.rule.select, one.rules, one.primary);
  }

  function couples(one, a, b, item) {
    var found = [];
    one.answerers[a].students.forEach(function (left, i) {
      one.answerers[b].students.forEach(function (right, j) {
        if (left.seed !== null && right.seed !== null && left.seed !== right.seed) return;
        for (var sample = 0; sample < one.samples; sample++) found.push([i, j, item * one.samples + sample]);
      });
    });
    return found;
  }
  // The couple that shows most: both outputs kept and unlike, both kept, else the first that is unlike.
  function couple(entry, a, b, rule, item) {
    var one = entry.of;
    var best = null, bestRank = -1;
    couples(one, a, b, item).forEach(function (each) {
      var unlike = isRight(one.answerers[a].students[each[0]], rule, each[2]) !== isRight(one.answerers[b].students[each[1]], rule, each[2]);
      var kept = (entry.kept[[a, each[0], each[2]].join(" ")] ? 1 : 0) + (entry.kept[[b, each[1], each[2]].join(" ")] ? 1 : 0);
      var rank = 2 * kept + (unlike ? 1 : 0);
      if (rank > bestRank) { best = each; bestRank = rank; }
    });
    return best;
  }

  function verdicts(one, student, line, readings) {
    return make("ul", { class: "read" }, one.rules.map(function (name, rule) {
      var right = isRight(student, rule, line);
      var value = readings === null ? "" : readings[rule] === null || readings[rule] === undefined ? " nothing read" : " " + readings[rule];
      return make("li", { class: right ? "right" : "wrong" }, [make("b", {}, [name]), (right ? " \\u2713" : " \\u2717") + value]);
    }));
  }
  function written(entry, letter, answerer, studentPlace, line) {
    var one = entry.of, student = one.answerers[answerer].students[studentPlace];
    var output = entry.kept[[answerer, studentPlace, line].join(" ")] || null;
    var name = letter + ": " + one.answerers[answerer].name + (student.seed === null ? "" : ", seed " + student.seed) +
      (one.samples > 1 ? ", sample " + (line % one.samples + 1) : "");
    var parts = [make("p", { class: "panel-title" }, [name]), verdicts(one, student, line, output === null ? null : output[4])];
    if (output === null) parts.push(make("p", { class: "note" }, ["This output is not kept on the page. All outputs stand in texts.jsonl of the score step."]));
    else {
      var text = data.texts[output[3]];
      parts.push(make("pre", { class: "output", tabindex: "0" }, [
        make("span", { class: "thought" }, [text[0]]),
        text[1] === null ? make("i", {}, ["the thought never ended"]) : make("i", {}, ["end of thought"]),
        text[1] === null ? null : make("span", { class: "answer" }, [text[1]])
      ]));
      if (text[2] > 0) parts.push(make("p", { class: "note" }, [text[2] + " characters are left out."]));
    }
    return make("div", { class: "side" }, parts);
  }
  function fill(details, entry, a, b, rule, item) {
    if (details.childNodes.length > 1) return;
    var one = entry.of, each = couple(entry, a, b, rule, item), prompt = one.prompts[item];
    if (prompt !== undefined) {
      details.appendChild(make("p", { class: "prompt" }, [prompt[0]]));
      details.appendChild(make("p", { class: "note" }, ["Right answer: ", make("b", {}, [prompt[1]])]));
    }
    if (each === null) details.appendChild(make("p", { class: "note" }, ["A and B have no training seed in common."]));
    else details.appendChild(make("div", { class: "sides" }, [written(entry, "A", a, each[0], each[2]), written(entry, "B", b, each[1], each[2])]));
  }

  function grow() {
    now.rows.slice(shown, shown + pageSize).forEach(function (row) {
      var name = now.entry.of.items[row.item];
      var summary = make("summary", {}, [make("b", {}, [name[0]]), " " + name[1] + ": A right in " + row.a.right + " of " + row.a.all + ", B in " + row.b.right + " of " + row.b.all +
        (row.kept === 2 ? "" : row.kept === 1 ? "; one output kept" : "; outputs not kept")]);
      var details = make("details", {}, [summary]);
      details.addEventListener("toggle", function () { if (details.open) fill(details, now.entry, now.a, now.b, now.rule, row.item); });
      list.appendChild(details);
    });
    shown = Math.min(now.rows.length, shown + pageSize);
    more.hidden = shown >= now.rows.length;
  }
  function compare() {
    var entry = evaluations[Number(fields.evaluation.select.value)], one = entry.of;
    var a = Number(fields.a.select.value), b = Number(fields.b.select.value), rule = Number(fields.rule.select.value), show = Number(fields.show.select.value);
    var less = 0, moreOften = 0;
    var rows = one.items.map(function (_, item) {
      var left = share(one, a, rule, item), right = share(one, b, rule, item);
      return { item: item, a: left, b: right, difference: left.right / left.all - right.right / right.all };
    });
    rows.forEach(function (row) { if (row.difference < 0) less += 1; else if (row.difference > 0) moreOften += 1; });
    rows = rows.filter(function (row) {
      return show === 3 || (show === 0 ? row.difference !== 0 : show === 1 ? row.difference < 0 : row.difference > 0);
    });
    rows.forEach(function (row) {
      var each = couple(entry, a, b, rule, row.item);
      row.kept = each === null ? 0 : (entry.kept[[a, each[0], each[2]].join(" ")] ? 1 : 0) + (entry.kept[[b, each[1], each[2]].join(" ")] ? 1 : 0);
    });
    rows.sort(function (x, y) { return y.kept - x.kept || Math.abs(y.difference) - Math.abs(x.difference) || x.item - y.item; });
    now = { entry: entry, a: a, b: b, rule: rule, rows: rows };
    told.textContent = "Of " + plural(one.items.length, "item") + ", A (" + one.answerers[a].name + ") is right less often than B (" + one.answerers[b].name + ") on " +
      less + ", more often on " + moreOften + ", as often on " + (one.items.length - less - moreOften) + ".";
    list.replaceChildren();
    shown = 0;
    grow();
  }

  open(0);
  fields.evaluation.select.addEventListener("change", function () { open(Number(fields.evaluation.select.value)); compare(); });
  [fields.a, fields.b, fields.rule, fields.show].forEach(function (field) { field.select.addEventListener("change", compare); });
  swap.addEventListener("click", function () {
    var a = fields.a.select.value;
    fields.a.select.value = fields.b.select.value;
    fields.b.select.value = a;
    compare();
  });
  more.addEventListener("click", function () {
    var place = list.childNodes.length;
    grow();
    if (list.childNodes[place]) list.childNodes[place].firstChild.focus();
  });
  still.hidden = true;
  root.hidden = false;
  compare();
})();
`

/** What the page's policy allows to run: this script and nothing else. */
export const scriptSource = `'sha256-${createHash("sha256").update(explorerScript, "utf8").digest("base64")}'`
