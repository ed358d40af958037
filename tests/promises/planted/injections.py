"""Text that would act if anything took it for code: on a terminal, in a spreadsheet, in SQL, in a shell, as a path."""

from __future__ import annotations

from typing import Final

TERMINAL: Final = (
    "\x1b[38;5;213mpink",
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;ZWNobyBwd25lZA==\x07",
    "\x1b[2J\x1b[1;1H",
    "\x9b31mC1",
    "\u202egnp.exe",
    "\u2066isolate\u2069",
    "bell\x07\x08\x7f",
    "✓ tied\n✓ forged line",
    "carriage\rreturn",
    "[red]markup[/red]",
    "[link=http://evil.example]here[/link]",
    "[/]",
    "[bold",
    ":skull:",
)
FORMULAS: Final = (
    "=cmd|'/C touch pwned'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1)",
    "'=1+1",
    'x;=HYPERLINK("http://evil.example")',
    "x\t=1+1",
)
SQL: Final = (
    "'; DROP TABLE mart.work_item; --",
    '"; DROP SCHEMA mart CASCADE; --',
    "x' OR '1'='1",
    "' || (SELECT content FROM read_text('/etc/passwd')) || '",
    "$1 ? %s {0} {work_item} \\' \\",
    "/* */ -- ;",
)
SHELL_AND_PATHS: Final = (
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned;",
    "| touch pwned",
    "../../etc/passwd",
    "~root",
    "*?[a-z]{b,c}",
    "%n%s",
    "__import__('os').system('touch pwned')",
    "<script>alert(1)</script>",
    "&xxe;",
)
EVERY: Final = (*TERMINAL, *FORMULAS, *SQL, *SHELL_AND_PATHS)
NAMES_OF_FILES: Final = tuple(text.replace("/", "\u2044") for text in EVERY)
"""The same without the one letter that no name of a file can have."""
CONDITIONS: Final = (
    "number=' OR '1'='1",
    "numberLIKE'; DROP TABLE mart.work_item; --",
    "numberLIKE.*(a+)+$",
    "numberSTARTSWITH[z-a",
    "numberIN[red],=1+1,$(touch pwned)",
    "javascript:gs.exec('touch pwned')",
    "account.name=\x1b]52;c;AA\x07",
    "'; DROP TABLE mart.work_item; --=1",
    "number=x^ORDERBYnumber",
    "\u202enumber=1",
    "__class__.__init__=1",
    "order.__globals__=1",
)
