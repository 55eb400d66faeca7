"""Where do `leadspan grade` and PyPI's math-verify differ, on the same rows in one run?

    uv venv mv && uv pip install --python mv/bin/python 'math-verify[antlr4_13_2]==0.9.0'
    mv/bin/python tests/bench/compare_graders.py dist/leadspan.js CASES.jsonl [dollars]

Rows have `gold`, `pred`, and `equal` (what is right) or `equal_by_grader` (what another program said), `options` and `symmetric` where there
are any. Prints both graders' counts, by halves of the rows (the first bit of the SHA-256 of gold and pred), every difference between
the two or from what is right, and seconds. math-verify gets the row's options by the names that are its own, and reads a gold
that is no text as `str()` writes it. It reads LaTeX between dollar signs only: with `dollars` a text that has none, and no box, is put between them for it.
"""
import hashlib, json, subprocess, sys, time

from math_verify import parse, verify
from math_verify.parser import ExprExtractionConfig, LatexExtractionConfig, StringExtractionConfig

program, path = sys.argv[1:3]
has_dollars = sys.argv[3:] == ["dollars"]
rows = [json.loads(line) for line in open(path, encoding="utf-8")]


def flipped(row):
    return {**row, "gold": row["pred"], "pred": row["gold"]}


asked = rows + [flipped(row) for row in rows if row.get("symmetric")]

started = time.time()
text = "".join(json.dumps({key: row[key] for key in ("gold", "pred", "options") if key in row}) + "\n" for row in asked)
done = subprocess.run(["node", program, "grade"], input=text, capture_output=True, text=True)
ours_all = [json.loads(line) for line in done.stdout.splitlines()]
seconds_ours = time.time() - started
assert len(ours_all) == len(asked), done.stderr


def text_for_them(value):
    text = "" if value is None else str(value)
    return f"${text}$" if has_dollars and "$" not in text and "\\boxed" not in text else text


def theirs_of(row):
    options = row.get("options") or {}
    letters = options.get("kind") == "multiple-choice letter"
    config = [StringExtractionConfig()] if letters else [LatexExtractionConfig(), ExprExtractionConfig()]
    known = {key: options[key] for key in ("strict", "allow_set_relation_comp") if key in options}
    if "precision" in options:
        known["float_rounding"] = options["precision"]
    try:
        gold = parse(text_for_them(row["gold"]), config)
        pred = parse(text_for_them(row["pred"]), config)
        return bool(verify(gold, pred, **known))
    except Exception:
        return False


started = time.time()
theirs_all = [theirs_of(row) for row in asked]
seconds_theirs = time.time() - started

half = lambda row: hashlib.sha256(f"{row['gold']}\0{row['pred']}".encode()).digest()[0] >> 7
# A row counts as called equal if it is in both directions, where its suite asks for both.
ours, theirs, reasons, at = [], [], [], len(rows)
for index, row in enumerate(rows):
    one, two, reason = ours_all[index]["equal"], theirs_all[index], ours_all[index]["reason"]
    if row.get("symmetric"):
        if ours_all[at]["equal"] != one:
            print("not symmetric here:", json.dumps([row["gold"], row["pred"]]))
        if theirs_all[at] != two:
            print("not symmetric there:", json.dumps([row["gold"], row["pred"]]))
        one, two, at = one and ours_all[at]["equal"], two and theirs_all[at], at + 1
    ours.append(one), theirs.append(two), reasons.append(reason)

if "equal" in rows[0]:
    for name, found in (("leadspan", ours), ("math-verify", theirs)):
        for which in (0, 1, None):
            of = [i for i, row in enumerate(rows) if which is None or half(row) == which]
            count = lambda equal: (sum(found[i] == equal for i in of if rows[i]["equal"] == equal), sum(rows[i]["equal"] == equal for i in of))
            (right, all_equal), (unequal, all_unequal) = count(True), count(False)
            print(f"{name}, {'both halves' if which is None else f'half {which}'}: {right} of {all_equal} equal, {unequal} of {all_unequal} unequal")
print(f"seconds: leadspan {seconds_ours:.1f}, math-verify {seconds_theirs:.1f}")
for row, one, two, reason in zip(rows, ours, theirs, reasons):
    right = row.get("equal", row.get("equal_by_grader"))
    if one != two or one != right:
        print(json.dumps({"gold": row["gold"], "pred": row["pred"], "given": right, "leadspan": one, "reason": reason, "math-verify": two, "options": row.get("options") or {}}, ensure_ascii=False))
