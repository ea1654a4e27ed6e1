"""The dialect, its faults, and the laws of what is decided about it."""

from __future__ import annotations

import copy
import pickle
import random
import re
import warnings
from itertools import product
from typing import Annotated

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import StringConstraints, TypeAdapter, ValidationError

from uns.diagnostics import UNSError
from uns.topics import automata
from uns.topics.automata import UndecidedPattern
from uns.topics.patterns import InvalidPattern, Pattern

KEBAB = "[a-z0-9]+(-[a-z0-9]+)*"

ACCEPTED = [
    # pattern, texts it takes, texts it does not
    pytest.param("", [""], ["a", "\n"], id="nothing-but-empty"),
    pytest.param("^$", [""], ["a"], id="anchors-alone"),
    pytest.param("^abc$", ["abc"], ["abcd", "xabc", "abc\n"], id="anchors-say-nothing"),
    pytest.param("abc", ["abc"], ["ab", "abcd", "xabc", "abc\n"], id="whole-text"),
    pytest.param("^a|b$", ["a", "b"], ["ab", "ax", "xb"], id="anchors-around-a-choice"),
    pytest.param(r"5\$", ["5$"], ["5", r"5\$"], id="escaped-dollar-at-the-end"),
    pytest.param(r"5\\$", ["5\\"], ["5$", "5\\$"], id="escaped-backslash-then-anchor"),
    pytest.param(KEBAB, ["a", "line-1", "a-b-c"], ["", "-a", "a-", "a--b", "Line"], id="kebab"),
    pytest.param("[A-Z]{2}[0-9]{6}", ["AB123456"], ["A1234567", "AB12345"], id="serial"),
    pytest.param(".", ["a", "\r", "\u2028", "😀"], ["", "\n", "ab"], id="dot"),
    pytest.param(r"\d+", ["0", "42"], ["", "٣", "4a"], id="digits-are-ascii"),
    pytest.param(r"\D", ["a", "٣"], ["0"], id="no-digit"),
    pytest.param(r"\w+", ["a_Z9"], ["é", "-", "a b"], id="word-is-ascii"),
    pytest.param(r"\W", ["é", "-"], ["a", "_"], id="no-word"),
    pytest.param(r"\s", [" ", "\t", "\n", "\v", "\f", "\r"], ["\u00a0", "\x1c"], id="space"),
    pytest.param(r"\S", ["\u00a0", "x"], [" ", "\n"], id="no-space"),
    pytest.param(r"\n\r\t\f\v", ["\n\r\t\f\v"], ["nrtfv"], id="controls"),
    pytest.param(r"\x41\u00e9\u20AC", ["Aé€"], ["Ae€"], id="code-points"),
    pytest.param(r"\.\*\+\?\(\)\[\]\{\}\|\^\$\\", [".*+?()[]{}|^$\\"], ["a"], id="escapes"),
    pytest.param(r"\-\_\/\ \#\&\~\'\"", ["-_/ #&~'\""], [], id="needless-escapes"),
    pytest.param("Zürich/😀", ["Zürich/😀"], ["Zurich/😀"], id="not-ascii"),
    pytest.param("a\nb", ["a\nb"], ["ab"], id="raw-line-feed"),
    pytest.param("[abc]", ["a", "b", "c"], ["d", "ab", ""], id="class"),
    pytest.param("[^/]*", ["", "a b", "\n", "😀"], ["/", "a/b"], id="negated-class"),
    pytest.param(r"[\w.-]+", ["a.b-c_1"], ["a b", "é"], id="class-of-escapes"),
    pytest.param(r"[\D]", ["a"], ["1"], id="negated-escape-in-a-class"),
    pytest.param(r"[^\D]", ["1"], ["a"], id="negation-twice"),
    pytest.param(r"[\s\S]", ["\n", "a", "😀"], ["", "ab"], id="every-character"),
    pytest.param("[-a]", ["-", "a"], ["b"], id="hyphen-first"),
    pytest.param("[a-]", ["-", "a"], ["b"], id="hyphen-last"),
    pytest.param("[^-]", ["a"], ["-"], id="hyphen-after-the-caret"),
    pytest.param("[-]", ["-"], ["a"], id="hyphen-alone"),
    pytest.param(r"[a\-c]", ["a", "-", "c"], ["b"], id="escaped-hyphen"),
    pytest.param("[a^]", ["a", "^"], ["b"], id="caret-inside-a-class"),
    pytest.param("[.*+?(){}|$]", [*".*+?(){}|$"], ["a", "\\"], id="no-signs-in-a-class"),
    pytest.param(r"[\]\[\\]", ["]", "[", "\\"], ["a"], id="escaped-brackets"),
    pytest.param(r"[\x30-\u0039]", ["0", "9"], ["a"], id="range-of-code-points"),
    pytest.param("[ -~]", [" ", "~"], ["\x7f", "é"], id="range-of-punctuation"),
    pytest.param("[0-9a-fA-F]", ["0", "f", "F"], ["g"], id="several-ranges"),
    pytest.param(
        "[a-c" + "\ud7ff-\ue000]", ["a", "\ud7ff", "\ue000"], ["d"], id="across-surrogates"
    ),
    pytest.param("a?", ["", "a"], ["aa"], id="perhaps"),
    pytest.param("a*", ["", "aaa"], ["b"], id="any-number"),
    pytest.param("a+", ["a", "aaa"], [""], id="at-least-one"),
    pytest.param("a{2}", ["aa"], ["a", "aaa"], id="exactly"),
    pytest.param("a{2,}", ["aa", "aaaa"], ["a"], id="no-upper-bound"),
    pytest.param("a{2,3}", ["aa", "aaa"], ["a", "aaaa"], id="between"),
    pytest.param("a{0}b{1}", ["b"], ["ab", "bb"], id="none-and-once"),
    pytest.param("(ab){2}", ["abab"], ["abb"], id="group"),
    pytest.param("(?:ab)+", ["ab", "abab"], ["aba"], id="group-without-a-number"),
    pytest.param("a(|b)c", ["ac", "abc"], ["a"], id="empty-alternative"),
    pytest.param("()(|)", [""], ["a"], id="empty-groups"),
    pytest.param("(a?){3}", ["", "a", "aaa"], ["aaaa"], id="repeat-of-what-may-be-empty"),
    pytest.param("(a?b?){2,}", ["", "ba", "bab", "aabb"], ["c"], id="endless-repeat-of-the-same"),
    pytest.param("((a*)+)*", ["", "aaa"], ["b"], id="stars-inside-stars"),
    pytest.param("a{2000}", ["a" * 2_000], ["a" * 1_999], id="as-many-positions-as-may-be"),
    pytest.param("(" * 64 + "a" + ")" * 64, ["a"], ["b"], id="as-deep-as-may-be"),
]

LITERAL = "for the character"
WHOLE = "a pattern always matches the whole text: remove the anchor"
LAZY = "no lazy or possessive repeats: they match the same texts"
LOOK = "no look-around: write a pattern for the whole text"
FLAGS = "no flags: write both cases, such as [aA]"
TOO_LARGE = "more than 2,000 characters with its repeats written out"

REFUSED = [
    # pattern, the part at fault, reason
    pytest.param("a(?=b)", (1, 4), LOOK, id="look-ahead"),
    pytest.param("a(?!b)", (1, 4), LOOK, id="negative-look-ahead"),
    pytest.param("(?<=a)b", (0, 4), LOOK, id="look-behind"),
    pytest.param("(?<!a)b", (0, 4), LOOK, id="negative-look-behind"),
    pytest.param("(?P<n>a)", (0, 4), "no named groups: write '('", id="named-group"),
    pytest.param("(?<n>a)", (0, 3), "no named groups: write '('", id="named-group-of-ecma"),
    pytest.param(
        "(?P=n)", (0, 4), "no back-references: write the part again", id="named-reference"
    ),
    pytest.param("(?i)a", (0, 3), FLAGS, id="flag"),
    pytest.param("(?-i:a)", (0, 3), FLAGS, id="flag-off"),
    pytest.param("(?>a)", (0, 3), "no atomic groups: write '(?:'", id="atomic-group"),
    pytest.param("(?#x)", (0, 3), "no comments: remove it", id="comment"),
    pytest.param("(?(1)a)", (0, 3), "no conditions: write the alternatives out", id="condition"),
    pytest.param("(?&n)", (0, 2), "write '(?:' or '('", id="recursion"),
    pytest.param(r"\bab", (0, 2), f"{WHOLE} (a backspace is \\x08)", id="word-boundary"),
    pytest.param(r"ab\Z", (2, 4), WHOLE, id="end-anchor"),
    pytest.param(r"\Aab", (0, 2), WHOLE, id="start-anchor"),
    pytest.param(r"(a)\1", (3, 5), "no back-references: write the part again", id="back-reference"),
    pytest.param(
        r"\p{L}", (0, 2), "no Unicode properties: write a class, such as [a-zäöü]", id="property"
    ),
    pytest.param(r"\0", (0, 2), "write \\x00", id="octal"),
    pytest.param(r"\a", (0, 2), "write \\x07", id="bell"),
    pytest.param(r"\e", (0, 2), "write \\x1b", id="escape-character"),
    pytest.param(r"\cA", (0, 2), "write the control character as \\xhh", id="control"),
    pytest.param(
        r"\U0001F600", (0, 2), "write the character itself or \\uhhhh", id="eight-digit-code-point"
    ),
    pytest.param(r"\Qa.b\E", (0, 2), "no quoting: escape each character", id="quoting"),
    pytest.param(r"\<a", (0, 2), "write the character without the backslash", id="word-start"),
    pytest.param(r"\y", (0, 2), "'y' cannot be escaped: remove the backslash", id="unknown-escape"),
    pytest.param(
        r"a\é", (1, 3), "'é' cannot be escaped: remove the backslash", id="escape-beyond-ascii"
    ),
    pytest.param(
        "\\\n", (0, 2), "'\\n' cannot be escaped: remove the backslash", id="escaped-line-feed"
    ),
    pytest.param(r"\x4", (0, 2), r"\x needs 2 hexadecimal digits", id="short-hexadecimal"),
    pytest.param(r"\u00_1", (0, 2), r"\u needs 4 hexadecimal digits", id="no-hexadecimal"),
    pytest.param(
        r"\ud83d",
        (0, 6),
        "a surrogate is not a character: write the character",
        id="escaped-surrogate",
    ),
    pytest.param("a\ud83d", (1, 2), "a lone surrogate is not a character", id="raw-surrogate"),
    pytest.param("ab\\", (2, 3), f"nothing after it: write '\\\\' {LITERAL}", id="last-backslash"),
    pytest.param("(a", (0, 1), f"no ')' after it: write '\\(' {LITERAL}", id="open-group"),
    pytest.param("a)b", (1, 2), f"no '(' before it: write '\\)' {LITERAL}", id="closed-group"),
    pytest.param("*a", (0, 1), f"nothing to repeat: write '\\*' {LITERAL}", id="star-first"),
    pytest.param("a|+", (2, 3), f"nothing to repeat: write '\\+' {LITERAL}", id="plus-in-a-choice"),
    pytest.param("(?)", (0, 2), "write '(?:' or '('", id="question-mark-in-a-group"),
    pytest.param("^*", (1, 2), f"nothing to repeat: write '\\*' {LITERAL}", id="star-of-an-anchor"),
    pytest.param("{2}", (0, 1), f"nothing to repeat: write '\\{{' {LITERAL}", id="bounds-first"),
    pytest.param(
        "a{b}",
        (1, 2),
        f"no repeat such as {{2}} or {{2,5}}: write '\\{{' {LITERAL}",
        id="brace-that-is-no-repeat",
    ),
    pytest.param(
        "a{2",
        (1, 2),
        f"no repeat such as {{2}} or {{2,5}}: write '\\{{' {LITERAL}",
        id="open-bounds",
    ),
    pytest.param(
        "a{٣}",
        (1, 2),
        f"no repeat such as {{2}} or {{2,5}}: write '\\{{' {LITERAL}",
        id="bounds-beyond-ascii",
    ),
    pytest.param("a{,5}", (1, 5), "write {0,5}", id="no-lower-bound"),
    pytest.param("a{5,2}", (1, 6), "the bounds are reversed: write {2,5}", id="reversed-bounds"),
    pytest.param("a{2001}", (1, 7), "more than 2,000 repeats", id="repeat-too-large"),
    pytest.param("a{0,999999}", (1, 11), "more than 2,000 repeats", id="bound-of-many-digits"),
    pytest.param("(a{0}){15000}", (6, 13), "more than 2,000 repeats", id="too-many-times-nothing"),
    pytest.param("b(a{100}){101}", (1, 14), TOO_LARGE, id="repeats-multiply"),
    pytest.param("((a{1000}){1000}){1000}", (1, 16), TOO_LARGE, id="thousand-times-thousand"),
    pytest.param("a{1000}b{1001}", (0, 14), TOO_LARGE, id="repeats-add-up"),
    pytest.param("a*?", (1, 3), LAZY, id="lazy"),
    pytest.param("a{2,3}?", (1, 7), LAZY, id="lazy-bounds"),
    pytest.param("a++", (1, 3), LAZY, id="possessive"),
    pytest.param("a**", (1, 3), "a repeat of a repeat: put the first in a group", id="star-star"),
    pytest.param(
        "a{2}{3}", (1, 5), "a repeat of a repeat: put the first in a group", id="bounds-of-bounds"
    ),
    pytest.param("a]", (1, 2), f"nothing to close: write '\\]' {LITERAL}", id="bare-bracket"),
    pytest.param("a}", (1, 2), f"nothing to close: write '\\}}' {LITERAL}", id="bare-brace"),
    pytest.param(
        "a$b",
        (1, 2),
        f"an anchor inside the pattern: write '\\$' {LITERAL}",
        id="end-in-the-middle",
    ),
    pytest.param(
        "(a$)", (2, 3), f"an anchor inside the pattern: write '\\$' {LITERAL}", id="end-in-a-group"
    ),
    pytest.param(
        "(a$", (0, 1), f"no ')' after it: write '\\(' {LITERAL}", id="end-in-an-open-group"
    ),
    pytest.param(
        "a$|b$",
        (1, 2),
        f"an anchor inside the pattern: write '\\$' {LITERAL}",
        id="end-of-an-alternative",
    ),
    pytest.param(
        "^^a", (1, 2), f"an anchor inside the pattern: write '\\^' {LITERAL}", id="start-twice"
    ),
    pytest.param("[]", (0, 2), f"an empty class: write '\\]' {LITERAL}", id="empty-class"),
    pytest.param("[]a]", (0, 2), f"an empty class: write '\\]' {LITERAL}", id="bracket-first"),
    pytest.param("[^]", (0, 3), f"an empty class: write '\\]' {LITERAL}", id="empty-negation"),
    pytest.param(r"[^\s\S]", (0, 7), "the class matches no character", id="negation-of-everything"),
    pytest.param("a[bc", (1, 2), f"no ']' after it: write '\\[' {LITERAL}", id="open-class"),
    pytest.param("[a-", (0, 1), f"no ']' after it: write '\\[' {LITERAL}", id="open-range"),
    pytest.param("[z-a]", (1, 4), "the range is reversed: write 'a-z'", id="reversed-range"),
    pytest.param(
        r"[\u0041-\t]", (1, 10), r"the range is reversed: write '\t-\u0041'", id="reversed-escapes"
    ),
    pytest.param(
        r"[a-\d]",
        (1, 5),
        "a range needs a character on each side: write '\\-' for a hyphen",
        id="range-to-a-class",
    ),
    pytest.param(
        r"[\w-.]",
        (1, 5),
        "a range needs a character on each side: write '\\-' for a hyphen",
        id="range-from-a-class",
    ),
    pytest.param(
        "[a-c-e]",
        (4, 5),
        "a hyphen outside a range: write '\\-', or put it first or last",
        id="hyphen-after-a-range",
    ),
    pytest.param(
        "[a[b]]", (2, 3), f"a class inside a class: write '\\[' {LITERAL}", id="class-in-a-class"
    ),
    pytest.param(
        "[[:alpha:]]", (1, 2), f"a class inside a class: write '\\[' {LITERAL}", id="posix-class"
    ),
    pytest.param(
        "[a&&b]",
        (2, 4),
        f"a set operation in other dialects: write '\\&' {LITERAL}",
        id="intersection",
    ),
    pytest.param(
        "[a~~b]",
        (2, 4),
        f"a set operation in other dialects: write '\\~' {LITERAL}",
        id="difference",
    ),
    pytest.param(
        "[a||b]", (2, 4), f"a set operation in other dialects: write '\\|' {LITERAL}", id="union"
    ),
    pytest.param(
        "[+--]",
        (2, 4),
        f"a set operation in other dialects: write '\\-' {LITERAL}",
        id="subtraction",
    ),
    pytest.param(
        "[%-&&]",
        (3, 5),
        f"a set operation in other dialects: write '\\&' {LITERAL}",
        id="after-a-range",
    ),
    pytest.param("(" * 65 + ")" * 65, (64, 65), "more than 64 groups inside each other", id="deep"),
    pytest.param("(" * 20_000, (64, 65), "more than 64 groups inside each other", id="very-deep"),
    pytest.param("a" * 20_001, (20_000, 20_001), "longer than 20,000 characters", id="long"),
]


@pytest.mark.parametrize(("text", "taken", "left"), ACCEPTED)
def test_takes(text, taken, left):
    pattern = Pattern(text)
    assert [t for t in taken if not pattern.matches(t)] == []
    assert [t for t in left if pattern.matches(t)] == []
    assert pattern.matches(pattern.example())
    assert Pattern(pattern.json_schema).includes(pattern)
    assert pattern.includes(Pattern(pattern.json_schema))
    # Twice: once learning, once from memory.
    assert all(pattern.matches(t) for t in taken)


@pytest.mark.parametrize(("text", "taken", "left"), ACCEPTED)
def test_table_agrees_with_python(text, taken, left):
    assert all(re.fullmatch(text, t, re.ASCII) for t in taken)
    assert not any(re.fullmatch(text, t, re.ASCII) for t in left)


@pytest.mark.parametrize(("text", "span", "reason"), REFUSED)
def test_refuses(text, span, reason):
    with pytest.raises(InvalidPattern) as caught:
        Pattern(text)
    assert (caught.value.text, caught.value.span, caught.value.reason) == (text, span, reason)
    assert caught.value.noun == "pattern"


def test_a_fault_is_drawn():
    with pytest.raises(InvalidPattern) as caught:
        Pattern("^line[z-a]$")
    assert str(caught.value) == (
        "not a pattern: the range is reversed: write 'a-z'\n  ^line[z-a]$\n        ^^^"
    )
    assert isinstance(caught.value, UNSError)
    assert isinstance(caught.value, ValueError)


def test_a_lone_surrogate_is_taken_by_nothing():
    for text in (".", "[^a]", r"\W", r"[\s\S]", "[a-\uffff]"):
        assert not Pattern(text).matches("\ud800")


# The value


def test_equal_by_the_text_as_written():
    assert Pattern("a+") == Pattern("a+")
    assert hash(Pattern("a+")) == hash(Pattern("a+"))
    assert Pattern("a+") != Pattern("^a+$")
    assert (str(Pattern("^a+$")), repr(Pattern("a"))) == ("^a+$", "Pattern(text='a')")


def test_what_was_matched_is_no_part_of_the_value():
    pattern = Pattern(KEBAB)
    pattern.matches("line-1")
    for twin in (pickle.loads(pickle.dumps(pattern)), copy.deepcopy(pattern)):
        assert twin == pattern
        assert twin.matches("line-1")
        assert not twin.matches("Line")


@pytest.mark.parametrize(
    ("text", "source", "group"),
    [
        ("^a$", "a", "a"),
        ("a", "a", "a"),
        (r"^a\$", r"a\$", r"a\$"),
        (r"a\\$", r"a\\", r"a\\"),
        (r"a\\\$$", r"a\\\$", r"a\\\$"),
        ("^a|b$", "a|b", "(?:a|b)"),
        ("^$", "", ""),
    ],
)
def test_source_and_group(text, source, group):
    pattern = Pattern(text)
    assert (pattern.source, pattern.group) == (source, group)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", "^(?:)$"),
        ("^a|b$", "^(?:a|b)$"),
        (".", r"^(?:[^\n])$"),
        (r"\d\w\s", r"^(?:[0-9][0-9A-Z_a-z][\t-\r ])$"),
        (r"\D", "^(?:[^0-9])$"),
        (r"[\s\S]", r"^(?:[\s\S])$"),
        (r"\-\/\ \#\_", "^(?:-/ #_)$"),
        (r"[\-\]\^a]", r"^(?:[\-\]\^a])$"),
        ("[ -~]", "^(?:[ -~])$"),
        ("[+-.]", "^(?:[+-.])$"),
        (r"[\w.-]", r"^(?:[\-.0-9A-Z_a-z])$"),
        (r"[^$\\\[]", r"^(?:[^$\[\\])$"),
        ("[,-]", r"^(?:[,\-])$"),
        ("[b-ca]", "^(?:[a-c])$"),
        ("[ab]", "^(?:[ab])$"),
        ("[a]", "^(?:a)$"),
        ("[^a]", "^(?:[^a])$"),
        ("\x00\x7f\u0085é\ufeff😀", r"^(?:\x00\x7f\u0085\u00e9\ufeff😀)$"),
        ("[\ud7ff-\ue000]", r"^(?:[\ud7ff\ue000])$"),
        ("((a){1})", "^(?:a)$"),
        ("(ab)+", "^(?:(?:ab)+)$"),
        ("(a+)*", "^(?:(?:a+)*)$"),
        ("(a|b)c?d{2}e{2,}f{2,3}", "^(?:(?:a|b)c?d{2}e{2,}f{2,3})$"),
        ("(a|)b|", "^(?:(?:a|)b|)$"),
        ("(|||){3}x{0}", "^(?:)$"),
    ],
)
def test_json_schema(text, written):
    assert Pattern(text).json_schema == written


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("", ""),
        (KEBAB, "a"),
        ("[A-Z0-9]", "A"),
        ("[0-9]{2,}", "00"),
        ("[^a-z]", "A"),
        ("[^A-Za-z0-9]", "!"),
        (r"\s", "\t"),
        ("aaa|bb|cc", "bb"),
        ("(a|b)*abb", "abb"),
        ("(a?b?c){2}", "cc"),
    ],
)
def test_example(text, example):
    assert Pattern(text).example() == example


# What is decided about sets of texts


@pytest.mark.parametrize(
    ("left", "right", "overlap"),
    [
        ("[a-z]+", ".", True),
        ("[a-z]+", "[0-9]+", False),
        ("machine[1-4]", "machine[4-9]", True),
        ("machine[1-4]", "machine[5-9]", False),
        ("a*", "b*", True),
        ("a+", "b*", False),
        ("(ab)*", "a(ba)*b", True),
        ("(ab)+", "(ba)+", False),
        ("[^/]*", "\n", True),
        (".*", "a\nb", False),
        ("(a{7})+", "(a{11})+b", False),
        ("(a{7})+", "a{76}|a{77}", True),
        (r"\w+", "é+", False),
        (r"\W", "é", True),
        ("", "a?", True),
    ],
)
def test_overlap(left, right, overlap):
    assert Pattern(left).overlaps(Pattern(right)) is overlap
    assert Pattern(right).overlaps(Pattern(left)) is overlap


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("[a-z0-9]{1,16}", "[a-z]{1,8}"),
        (KEBAB, "line-[0-9]{2}"),
        ("[^/]*", KEBAB),
        ("(a|b)*", "(ab|ba)*"),
        ("a?b?", "b?"),
        ("a*", "(aa)*"),
        (r"[\s\S]*", ".*"),
    ],
)
def test_inclusion_and_not_the_other_way(wide, narrow):
    assert Pattern(wide).includes(Pattern(narrow))
    assert not Pattern(narrow).includes(Pattern(wide))


@pytest.mark.parametrize(
    ("text", "other"),
    [(".*", r"[^\n]*"), ("(a|b)*", "(a*b*)*"), ("a?a", "a{1,2}"), ("(|a)+", "a*")],
)
def test_same_texts_however_written(text, other):
    assert Pattern(text).includes(Pattern(other))
    assert Pattern(other).includes(Pattern(text))


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a|a|a", 1),
        ("a?a?a?", 4),
        ("[0-9]{6}", 10**6),
        ("[A-Z]{2}[0-9]{6}", 26**2 * 10**6),
        ("(ab?|a)(b|)", 3),
        (".", 0x110000 - 2048 - 1),
        ("[ab]{0,9}", 2**10 - 1),
        ("a{0,2000}", 2_001),
    ],
)
def test_count(text, count):
    pattern = Pattern(text)
    assert pattern.count(count) == count
    assert pattern.count(count - 1) is None
    assert pattern.count(10**40) == count


@pytest.mark.parametrize("text", ["a*", "(ab)+", "a{2,}", "(a|b*c)*d"])
def test_endless_patterns_have_no_count(text):
    assert Pattern(text).count(10**100) is None


SHORT = ["", "a", "a*", "a{0,3}", "[ab]*", "(ab)*", "a*b", "a|b{2,4}", "(a|b)*a(a|b){2}", "a{2,}"]


@pytest.mark.parametrize("wide", SHORT)
@pytest.mark.parametrize("narrow", SHORT)
def test_inclusion_up_to_a_length(wide: str, narrow: str):
    one, other = Pattern(wide), Pattern(narrow)
    for longest in range(6):
        texts = (
            "".join(text) for size in range(longest + 1) for text in product("ab", repeat=size)
        )
        expected = all(one.matches(text) for text in texts if other.matches(text))
        assert one.includes(other, longest) == expected, longest
    assert not one.includes(other) or one.includes(other, 9)


@pytest.mark.parametrize("text", SHORT)
def test_the_longest_text(text: str):
    pattern = Pattern(text)
    sizes = [
        size
        for size in range(9)
        for text in product("ab", repeat=size)
        if pattern.matches("".join(text))
    ]
    assert pattern.longest == (None if max(sizes) == 8 else max(sizes))


# Built patterns


def test_concat_keeps_alternatives_together():
    pattern = Pattern.concat(
        [Pattern.literal("a.b"), Pattern("^x|y$"), Pattern.number_range(9, 10), Pattern("")]
    )
    assert pattern.text == r"a\.b(?:x|y)(?:9|10)"
    assert pattern.count(10) == 4
    assert Pattern.concat([]) == Pattern("")


def test_either():
    assert Pattern.either([Pattern("^a|b$"), Pattern("c")]).text == "a|b|c"
    assert Pattern.any_of(["a|b", ""]).count(10) == 2


@pytest.mark.parametrize("build", [Pattern.either, Pattern.any_of])
def test_a_choice_of_nothing_is_refused(build):
    with pytest.raises(InvalidPattern, match="at least one text"):
        build([])


def test_any_level():
    level = Pattern.any_level()
    assert all(level.matches(text) for text in ("", "a", "+", "a\nb", "ü"))
    assert not level.matches("a/b")


@pytest.mark.parametrize(
    ("low", "high", "width", "text"),
    [
        (1, 4, None, "[1-4]"),
        (7, 7, None, "7"),
        (0, 9, None, "[0-9]"),
        (0, 100, None, "[0-9]|[1-9][0-9]|100"),
        (1, 999, None, "[1-9][0-9]{0,2}"),
        (10, 99, None, "[1-9][0-9]"),
        (5, 12, None, "[5-9]|1[0-2]"),
        (1, 24, 2, "0[1-9]|1[0-9]|2[0-4]"),
        (0, 999, 3, "[0-9][0-9]{2}"),
        (98, 102, 2, "9[8-9]|10[0-2]"),
        (123, 456, None, "1(?:2[3-9]|[3-9][0-9])|[2-3][0-9]{2}|4(?:[0-4][0-9]|5[0-6])"),
    ],
)
def test_number_range_is_short(low, high, width, text):
    assert Pattern.number_range(low, high, width).text == text


@pytest.mark.parametrize(
    ("low", "high", "width"),
    [(2, 1, None), (-1, 1, None), (1, 10**18, None), (1, 2, 0), (1, 2, 19)],
)
def test_number_range_refuses(low, high, width):
    with pytest.raises(ValueError, match=r"range of numbers|digits"):
        Pattern.number_range(low, high, width)


# Bounds: shown by counting, not by the clock

ENTANGLED = "(a|b)*a(a|b){20}"


def steps(pattern: Pattern) -> int:
    """How many steps of matching the pattern holds in memory."""
    met, queue = set(), [pattern._automaton._start]
    for state in queue:
        if id(state) not in met:
            met.add(id(state))
            queue += state.values()
    return len(queue) - 1


def test_nested_stars_learn_one_step_for_a_long_text():
    pattern = Pattern("(a+)+b")
    assert not pattern.matches("a" * 1_000)
    assert steps(pattern) == 2
    assert not pattern.matches("a" * 100_000)
    assert steps(pattern) == 2
    assert pattern.matches("a" * 100_000 + "b")
    assert steps(pattern) == 3


def test_a_text_is_left_where_it_cannot_go_on():
    pattern = Pattern("ab")
    assert not pattern.matches("a" + "".join(map(chr, range(0x3400, 0x4400))))
    assert steps(pattern) == 2


def test_memory_is_bounded_whatever_comes():
    pattern = Pattern(ENTANGLED)
    dice = random.Random(5)
    text = "".join(dice.choice("ab") for _ in range(20_000))
    assert pattern.matches(text) is bool(re.fullmatch(ENTANGLED, text))
    assert steps(pattern) <= automata.REMEMBERED_STEPS


def test_memory_is_bounded_in_characters_too():
    pattern = Pattern("[^/]*")
    assert pattern.matches("".join(map(chr, range(0x3400, 0x9FFF))))
    assert steps(pattern) <= automata.REMEMBERED_STEPS


def test_a_memory_that_starts_anew_changes_no_answer(monkeypatch):
    monkeypatch.setattr(automata, "REMEMBERED_STEPS", 3)
    pattern = Pattern("(a|b)*a(a|b){3}")
    for letters in product("ab", repeat=7):
        text = "".join(letters)
        assert pattern.matches(text) is (text[3] == "a")


def test_entangled_patterns_are_compared_without_all_their_sets():
    entangled = Pattern(ENTANGLED)
    assert not entangled.overlaps(Pattern("(a|b)*b(a|b){20}"))
    assert entangled.overlaps(Pattern("(a|b)*b(a|b){19}"))
    assert entangled.includes(Pattern("(a|b)*aa(a|b){19}a"))
    assert entangled.includes(Pattern("(a|b)*a(a|b){19}a"))
    assert not entangled.includes(Pattern("(a|b)*"))
    # More texts than asked for are under way long before the first one ends.
    assert Pattern("(a|b){0,20}a(a|b){20}").count(100) is None


def test_what_takes_too_long_is_undecided():
    everything = Pattern(f"(a|b){{0,20}}|{ENTANGLED}|(a|b)*b(a|b){{20}}")
    with pytest.raises(UndecidedPattern, match="undecided after 200,000 steps"):
        everything.includes(Pattern("(a|b)*"))
    with pytest.raises(UndecidedPattern):
        Pattern("(a|b){0,20}a(a|b){20}").count(10**15)
    with pytest.raises(UndecidedPattern):
        Pattern("(a{1999})*").overlaps(Pattern("(a{1997})*b"))
    assert issubclass(UndecidedPattern, UNSError)
    assert not issubclass(UndecidedPattern, ValueError)


def test_a_pattern_includes_itself_however_entangled():
    everything = Pattern(f"(a|b){{0,20}}|{ENTANGLED}|(a|b)*b(a|b){{20}}")
    assert everything.includes(Pattern(everything.text))


def test_nothing_however_often_costs_nothing():
    # Python's re takes all memory for this one.
    pattern = Pattern("((((){1900}|){1900}){1900}a{0}){1900}")
    assert pattern.count(1) == 1
    assert pattern.json_schema == "^(?:)$"


def test_the_longest_dense_pattern_still_works():
    pattern = Pattern("(" + "a?b?" * 500 + "){2}")
    assert pattern.example() == ""
    assert pattern.matches("ab" * 50)


# Laws

CHARACTERS = st.sampled_from("ab01-_/ .é\n")
ATOMS = st.one_of(
    CHARACTERS.map(lambda character: Pattern.literal(character).text),
    st.sampled_from(
        [".", r"\d", r"\W", r"\s", "[ab]", "[^a]", "[0-9a]", r"[^\w]", r"[\D0]", "[-b-é]", "[^-/]"]
    ),
)
REPEATS = st.sampled_from(["?", "*", "+", "{0}", "{2}", "{1,2}", "{0,2}", "{2,}", "{1}"])


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = inner.map("({})".format) | inner.map("(?:{})".format)
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(group, REPEATS).map("".join),
        st.tuples(ATOMS, REPEATS).map("".join),
        st.lists(inner | st.just(""), min_size=2, max_size=3).map("|".join).map("({})".format),
    )


BODIES = st.recursive(ATOMS | st.just(""), _compound, max_leaves=6)
TEXTS = st.text(CHARACTERS, max_size=6) | st.text(max_size=3)
#: All texts of up to three of these characters: small enough to try every one.
SHORT = ["".join(letters) for n in range(4) for letters in product("ab0-é\n", repeat=n)]


def bodies_of(alphabet: str) -> st.SearchStrategy[str]:
    atoms = st.sampled_from([*alphabet, f"[{alphabet}]", f"[^{alphabet[0]}]"])
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map("".join),
            st.tuples(inner.map("({})".format), st.sampled_from("?*+")).map("".join),
            st.tuples(inner, inner).map("|".join).map("({})".format),
        ),
        max_leaves=3,
    )


SMALL = bodies_of("ab")
#: With three characters at most in a pattern, two that meet do so on six letters at the latest,
#: as (aaa)* and (aa)+ do; c stands for every character they do not name.
WORDS = ["".join(letters) for n in range(8) for letters in product("abc", repeat=n)]


def taken(text: str) -> set[str]:
    """All of the words that Python's engine takes."""
    return set(filter(re.compile(text, re.ASCII).fullmatch, WORDS))


@given(BODIES, st.lists(TEXTS, max_size=8))
def test_matches_what_python_matches(text, tries):
    compiled = re.compile(text, re.ASCII)
    pattern = Pattern(text)
    for tried in tries:
        assert pattern.matches(tried) is bool(compiled.fullmatch(tried))


@given(BODIES)
def test_matches_what_python_matches_on_every_short_text(text):
    compiled = re.compile(text, re.ASCII)
    pattern = Pattern(f"^{text}$")
    assert [t for t in SHORT if pattern.matches(t)] == [t for t in SHORT if compiled.fullmatch(t)]


@given(BODIES)
def test_json_schema_means_the_same(text):
    pattern = Pattern(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Without ASCII: nothing may be left to a flag.
        python = re.compile(pattern.json_schema)
    rust = TypeAdapter(Annotated[str, StringConstraints(pattern=pattern.json_schema)])
    for tried in (*SHORT[:60], pattern.example(), "\u2028", "٣", "😀"):
        assert pattern.matches(tried) is bool(python.fullmatch(tried))
        assert pattern.matches(tried) is _validates(rust, tried)


def _validates(adapter: TypeAdapter[str], text: str) -> bool:
    try:
        adapter.validate_python(text)
    except ValidationError:
        return False
    return True


@given(BODIES)
def test_example_is_a_shortest_text(text):
    pattern = Pattern(text)
    example = pattern.example()
    assert pattern.matches(example)
    assert not any(pattern.matches(t) for t in SHORT if len(t) < len(example))


@given(BODIES, BODIES)
def test_short_texts_never_contradict_overlap_and_inclusion(left, right):
    here, there = Pattern(left), Pattern(right)
    mine = {t for t in SHORT if here.matches(t)}
    theirs = {t for t in SHORT if there.matches(t)}
    if mine & theirs:
        assert here.overlaps(there)
    if theirs - mine:
        assert not here.includes(there)
    assert here.overlaps(there) is there.overlaps(here)
    if here.includes(there):
        assert here.overlaps(there)
        assert here.matches(there.example())


@given(SMALL, SMALL)
def test_overlap_and_inclusion_are_those_of_all_words(left, right):
    here, there = taken(left), taken(right)
    assert Pattern(left).overlaps(Pattern(right)) is bool(here & there)
    assert Pattern(left).includes(Pattern(right)) is (there <= here)


@given(BODIES, BODIES)
def test_a_choice_includes_both_and_meets_what_either_meets(left, right):
    both = Pattern.either([Pattern(left), Pattern(right)])
    assert both.includes(Pattern(left))
    assert both.includes(Pattern(right))
    row = Pattern.concat([Pattern(left), Pattern(right)])
    assert row.matches(Pattern(left).example() + Pattern(right).example())


FINITE = st.recursive(
    st.sampled_from(["a", "b", "[ab]"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner.map("({})".format), st.sampled_from(["?", "{2}", "{0,2}"])).map("".join),
        st.tuples(inner, inner).map("|".join).map("({})".format),
    ),
    max_leaves=4,
)


@given(FINITE)
def test_count_is_the_number_of_texts(text):
    pattern = Pattern(text)
    longest = len(re.findall(r"\[ab\]|[ab]", text)) * 2 ** text.count("2")
    assume(longest <= 10)
    texts = ["".join(letters) for n in range(longest + 1) for letters in product("ab", repeat=n)]
    taken = sum(map(pattern.matches, texts))
    assert pattern.count(taken) == taken
    assert pattern.count(taken - 1) is None


@given(st.text())
def test_a_literal_takes_itself_alone(text):
    pattern = Pattern.literal(text)
    assert pattern.matches(text)
    assert pattern.count(1) == 1
    assert pattern.example() == text
    assert re.fullmatch(pattern.text, text)
    assert Pattern.literal(text + "x").overlaps(pattern) is False


@given(st.lists(st.text(max_size=5), min_size=1, max_size=8))
def test_any_of_takes_these_words_alone(words):
    pattern = Pattern.any_of(words)
    assert all(map(pattern.matches, words))
    assert pattern.count(10) == len(set(words))


@given(
    st.integers(0, 3_000),
    st.integers(0, 3_000),
    st.none() | st.integers(1, 5),
)
def test_number_range_takes_each_number_once(low, size, width):
    pattern = Pattern.number_range(low, low + size, width)
    texts = [f"{number:0{width or 1}}" for number in range(low, low + size + 1)]
    assert all(map(pattern.matches, texts))
    # As many texts as numbers, so nothing else is taken.
    assert pattern.count(len(texts)) == len(texts)


@given(st.integers(0, 10**18 - 1), st.integers(0, 10**18 - 1), st.none() | st.integers(1, 18))
def test_number_range_is_exact_and_small_at_any_size(one, other, width):
    low, high = sorted((one, other))
    pattern = Pattern.number_range(low, high, width)
    assert pattern.count(10**18) == high - low + 1
    assert pattern.matches(f"{low:0{width or 1}}")
    assert pattern.matches(f"{high:0{width or 1}}")
    assert not pattern.matches(f"{high + 1:0{width or 1}}")
    assert low == 0 or not pattern.matches(f"{low - 1:0{width or 1}}")
    assert len(pattern.text) < 1_000


@given(st.text(st.sampled_from(r"ab0()[]{}|*+?^$\-.,:=!<P&~x") | st.characters(), max_size=12))
def test_any_text_is_a_pattern_that_python_reads_alike_or_is_refused(text):
    try:
        pattern = Pattern(text)
    except InvalidPattern as fault:
        start, end = fault.span
        assert 0 <= start < end <= len(text)
        return
    compiled = re.compile(text, re.ASCII)
    for tried in SHORT[:50]:
        assert pattern.matches(tried) is bool(compiled.fullmatch(tried))


@given(st.lists(SMALL, min_size=1, max_size=2), st.lists(SMALL, max_size=3))
def test_a_difference_is_that_of_all_words(wanted, unwanted):
    words = set.intersection(*map(taken, wanted)).difference(*map(taken, unwanted))
    found = Pattern.difference(map(Pattern, wanted), map(Pattern, unwanted))
    assert found in words if words else found is None


def test_a_difference_that_takes_too_long_is_undecided():
    wanted = [Pattern("[ab]*a[ab]{20}x"), Pattern("[ab]*b[ab]{20}x")]
    with pytest.raises(UndecidedPattern):
        Pattern.difference(wanted, [])
