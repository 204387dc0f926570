"""Record, NamedTuple and Protocol: like dataclass, NamedTuple and Protocol, but cheap to define.

Start-up is part of every query. Defining a frozen dataclass takes about 1 ms, because it compiles its methods
at every import, and a query imports some thirty such classes; all of `import click` takes 50 ms. Subclasses of
Record share their methods, so defining one takes about 0.01 ms. Type checkers treat them as frozen dataclasses
(PEP 681).

A typing.NamedTuple takes 0.15 ms for the same reason; NamedTuple takes 0.02 ms. A typing.Protocol takes 0.1 ms and
does nothing at run time; Protocol is `object`. Type checkers see NamedTuple and Protocol of typing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, dataclass_transform


def _set_fields(cls: Any, fields: tuple[str, ...], defaults: dict[str, Any]) -> None:
    """Give a class its fields. Those with a default come last."""
    cls._fields = fields
    type.__setattr__(cls, "__match_args__", fields)
    cls._field_defaults = defaults
    rest = tuple(defaults.values())
    first = len(fields) - len(rest)
    # number of values given -> the defaults that complete them
    cls._tails = {first + count: rest[count:] for count in range(len(rest))}


def _completed(cls: Any, values: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Return a value for each field: as given in order, else by name, else the default. Raise TypeError like a call."""
    if not named and len(values) in cls._tails:  # the fast path
        return values + cls._tails[len(values)]
    for field in cls._fields[len(values) :]:
        if field not in named and field not in cls._field_defaults:
            raise TypeError(f"{cls.__name__}: no value for {field}")
        values += (named.pop(field) if field in named else cls._field_defaults[field],)
    if named:
        raise TypeError(f"{cls.__name__}: unknown or repeated field {next(iter(named))!r}")
    if len(values) != len(cls._fields):
        raise TypeError(f"{cls.__name__} takes {len(cls._fields)} values, not {len(values)}")
    return values


if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
    from typing import Protocol as Protocol
else:
    Protocol = object

    from _collections import _tuplegetter as _getter

    class _NamedTupleMeta(type):
        """Turn the annotated names of a class into the fields of a named tuple."""

        def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any]) -> type:
            made = super().__new__(cls, name, bases, {**space, "__slots__": ()})
            fields = tuple(made.__annotations__)
            _set_fields(made, fields, {field: space[field] for field in fields if field in space})
            for number, field in enumerate(fields):
                setattr(made, field, _getter(number, None))
            return made

    class NamedTuple(tuple, metaclass=_NamedTupleMeta):
        """A tuple whose items have names, as typing.NamedTuple makes them."""

        def __new__(cls, *values: Any, **named: Any) -> NamedTuple:  # noqa: D102 - as in typing
            if named or len(values) != len(cls._fields):
                values = _completed(cls, values, named)
            return tuple.__new__(cls, values)

        @classmethod
        def _make(cls, values: Any) -> NamedTuple:
            return cls(*values)

        def _replace(self, **changes: Any) -> NamedTuple:
            values = [changes.pop(field, old) for field, old in zip(self._fields, self)]  # noqa: B905
            return type(self)(*values, **changes)  # what is left raises the fitting TypeError

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            inside = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({inside})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)


@dataclass_transform(frozen_default=True)
class Record:
    """A frozen value. Its fields are the annotated names of its class. Equality and hash use the fields."""

    _fields: ClassVar[tuple[str, ...]] = ()
    _field_defaults: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        own = [name for name in cls.__annotations__ if not name.startswith("_")]
        defaults = {name: cls.__dict__[name] for name in own if name in cls.__dict__}
        _set_fields(cls, (*cls._fields, *own), cls._field_defaults | defaults)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if kwargs or len(args) != len(self._fields):
            args = _completed(type(self), args, kwargs)
        _set_values(self, dict(zip(self._fields, args)))  # noqa: B905 - they are as many

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} cannot be removed")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={self.__dict__[name]!r}" for name in self._fields)
        return f"{type(self).__name__}({inside})"

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed. Raises TypeError for an unknown field."""
        values = self.__dict__ | changes
        if len(values) != len(self._fields):
            return type(self)(**values)  # raises the fitting TypeError
        return self.made_of(values)

    @classmethod
    def made_of(cls, values: dict[str, Any]) -> Self:
        """Return a value that keeps the dict `values`: all fields by name, in field order. For hot loops."""
        made = object.__new__(cls)
        _set_values(made, values)
        return made


_set_values = Record.__dict__["__dict__"].__set__
