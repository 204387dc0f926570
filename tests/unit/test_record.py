"""Our named tuples behave like those of typing."""

from __future__ import annotations

import pickle
import typing

import pytest

from seedsearch.record import NamedTuple, Record


class Ours(NamedTuple):
    """A file."""

    path: str
    size: int
    tags: tuple[str, ...] = ()
    skipped: str = ""

    def is_read(self) -> bool:
        return not self.skipped


class Theirs(typing.NamedTuple):
    """A file."""

    path: str
    size: int
    tags: tuple[str, ...] = ()
    skipped: str = ""


@pytest.mark.parametrize(
    ("values", "named"),
    [
        (("a", 1), {}),
        (("a", 1, ("x",), "binary"), {}),
        (("a", 1, ("x",)), {"skipped": "binary"}),
        (("a",), {"size": 1, "skipped": "binary"}),
        ((), {"size": 1, "path": "a"}),
    ],
)
def test_values_are_taken_alike(values: tuple[object, ...], named: dict[str, object]) -> None:
    ours, theirs = Ours(*values, **named), Theirs(*values, **named)  # type: ignore[arg-type]
    assert tuple(ours) == tuple(theirs)
    assert repr(ours) == repr(theirs).replace("Theirs", "Ours")
    assert ours._asdict() == theirs._asdict()
    assert (ours.path, ours.size, ours.tags, ours.skipped) == theirs
    again = pickle.loads(pickle.dumps(ours))  # noqa: S301 - what we have just made
    assert (again, type(again)) == (ours, Ours)
    assert ours._replace(size=7) == theirs._replace(size=7)
    assert type(ours._replace(size=7)) is Ours
    assert ours.is_read() == (not theirs.skipped)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {}),
        (("a",), {}),
        (("a", 1, (), "", 5), {}),
        (("a", 1), {"path": "b"}),
        (("a", 1), {"other": "b"}),
        (("a", 1, (), "", 5), {"path": "b"}),
    ],
)
def test_what_does_not_fit_is_refused_alike(
    values: tuple[object, ...], named: dict[str, object]
) -> None:
    for kind in (Theirs, Ours):
        with pytest.raises(TypeError):
            kind(*values, **named)  # type: ignore[arg-type]


def test_the_rest_of_it_is_alike() -> None:
    assert Ours._fields == Theirs._fields == Ours.__match_args__
    assert Ours._field_defaults == Theirs._field_defaults
    assert Ours._make(["a", 1, (), ""]) == ("a", 1, (), "")
    assert Ours.__doc__ == "A file."
    for kind in (Theirs, Ours):
        with pytest.raises(TypeError):
            kind._make(["a"])
        with pytest.raises((ValueError, TypeError), match="other"):
            kind("a", 1)._replace(other=1)  # type: ignore[call-arg]
        with pytest.raises(AttributeError):
            kind("a", 1).path = "b"  # type: ignore[misc]
        with pytest.raises(AttributeError):
            kind("a", 1).other = "b"  # type: ignore[attr-defined]
    match Ours("a", 1):
        case Ours(path, size):
            assert (path, size) == ("a", 1)


class Kept(Record):
    path: str
    size: int = 3


def test_a_record_of_a_dict_is_like_any_other() -> None:
    values = {"path": "a", "size": 7}
    made = Kept.made_of(values)
    assert made == Kept("a", 7)
    assert hash(made) == hash(Kept("a", 7))
    assert repr(made) == "Kept(path='a', size=7)"
    assert vars(made) is values
    with pytest.raises(AttributeError, match="frozen"):
        made.size = 8  # type: ignore[misc]


def test_a_record_with_some_fields_changed() -> None:
    one = Kept("a")
    assert one.replace(size=7) == Kept("a", 7)
    assert hash(one.replace(path="b")) == hash(Kept("b"))
    assert one.replace() == one == Kept("a", 3)
    with pytest.raises(TypeError, match="unknown or repeated field 'other'"):
        one.replace(other=1)
