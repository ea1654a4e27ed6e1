"""What holds for every target: named once, the same bytes every time, nothing outside the folder."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

import uns
from uns.cli.arguments import TARGETS
from uns.generators import GENERATORS, Loss, generate

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
MODELS = [EXAMPLES / "bottling" / "bottling.uns.yaml", EXAMPLES / "everything" / "everything.uns.yaml"]  # fmt: skip


@pytest.mark.parametrize("target", GENERATORS)
@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_the_same_model_gives_the_same_bytes(path: Path, target: str) -> None:
    one, other = generate(uns.load(path), target), generate(uns.load(path), target)
    assert list(one.files.items()) == list(other.files.items())
    assert list(one.files) == sorted(one.files)
    assert one.losses == other.losses
    assert len(set(one.losses)) == len(one.losses)


@pytest.mark.parametrize("target", GENERATORS)
def test_files_stay_in_their_folder(target: str) -> None:
    for name, text in generate(uns.load(MODELS[1]), target).files.items():
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert text.endswith(b"\n")


def test_a_target_that_does_not_exist() -> None:
    ns = uns.loads("uns: 1\n")
    with pytest.raises(ValueError, match=r"no target 'json-schma'; did you mean 'json-schema'\?"):
        generate(ns, "json-schma")
    with pytest.raises(ValueError, match="no target 'x'; it is one of: json-schema"):
        generate(ns, "x")


def test_the_command_line_knows_every_target() -> None:
    assert tuple(GENERATORS) == TARGETS


@pytest.mark.parametrize("target", GENERATORS)
def test_every_target_is_summed_up_in_a_line(target: str) -> None:
    assert (GENERATORS[target].__doc__ or "").splitlines()[0].endswith(".")


def test_a_loss_reads_as_a_sentence() -> None:
    assert str(Loss("a/1 $.at", "only noted")) == "a/1 $.at: only noted"
