"""What each change makes of a registry's state: plain functions, no files."""

from __future__ import annotations

from collections.abc import Sequence

from smclassify.errors import ModelError
from smclassify.model.registry_state import Choice, State, Use, now
from smclassify.model.versions import SHIPPED, Version


def meant_by(state: State, versions: Sequence[Version]) -> int | None:
    """Return the number of the version that a name means, of whose versions there is one."""
    name, oldest = versions[0].name, versions[0].number
    return state.current.get(name, oldest)


def after_adding(state: State, version: Version, digest: str) -> State:
    """Return the state once a version stands in its place.

    Parameters
    ----------
    state : State
    version : Version
    digest : str
        The SHA-256 of its manifest.
    """
    name, number = version.name, version.number or 1
    manifests = {**state.manifests, name: {**state.manifests.get(name, {}), number: digest}}
    last = {**state.last, name: max(number, state.last.get(name, 0))}
    return state.model_copy(update={"manifests": manifests, "last": last})


def next_number(state: State, versions: Sequence[Version], name: str) -> int:
    """Return a number that no version of the name has or ever had."""
    taken = [version.number or 0 for version in versions]
    return 1 + max([*taken, state.last.get(name, 0)])


def after_use(
    state: State, chosen: Choice | None, current_before: int | None, *, default: bool
) -> State:
    """Return the state once somebody has chosen a version, or the shipped model (None)."""
    use = Use(
        at=now(),
        chosen=chosen,
        default=default,
        in_use_before=state.in_use,
        current_before=current_before,
    )
    current = {**state.current, chosen.name: chosen.version} if chosen else state.current
    changed = {"current": current, "uses": (*state.uses, use)}
    return state.model_copy(update=changed | ({"in_use": chosen} if default else {}))


def after_rollback(state: State) -> tuple[State, Use]:
    """Return the state without the last use that has not been undone, and that use.

    Raises
    ------
    ModelError
        If there is none.
    """
    open_ = [at for at, use in enumerate(state.uses) if not use.undone]
    if not open_:
        raise ModelError(
            "There is no use to undo.",
            hint="To answer with the shipped model: smclassify models use shipped.",
        )
    at = open_[-1]
    use = state.uses[at].model_copy(update={"undone": now()})
    current, in_use = dict(state.current), state.in_use
    if use.chosen and use.current_before:
        current[use.chosen.name] = use.current_before
    if use.default:
        in_use = use.in_use_before
    uses = (*state.uses[:at], use, *state.uses[at + 1 :])
    return state.model_copy(update={"current": current, "in_use": in_use, "uses": uses}), use


def after_removing(state: State, versions: Sequence[Version], going: Sequence[Version]) -> State:
    """Return the state once some versions of a name are gone.

    What was current gives way to the next older version, or else the oldest left; what was in
    use to the shipped model.
    """
    name, gone = versions[0].name, {version.number for version in going}
    left = [version.number or 0 for version in versions if version.number not in gone]
    meant = meant_by(state, versions) or 0
    current = {one: number for one, number in state.current.items() if one != name}
    if left:
        older = [number for number in left if number < meant]
        current[name] = meant if meant in left else max(older, default=left[0])
    digests = state.manifests.get(name, {})
    manifests = {one: known for one, known in state.manifests.items() if one != name}
    if kept := {number: digest for number, digest in digests.items() if number not in gone}:
        manifests[name] = kept
    last = {**state.last, name: next_number(state, versions, name) - 1}
    in_use = None if is_in_use(state, going) else state.in_use
    changed = {"current": current, "manifests": manifests, "last": last, "in_use": in_use}
    return state.model_copy(update=changed)


def is_in_use(state: State, versions: Sequence[Version]) -> bool:
    """Return whether one of these versions is the model in use."""
    return str(state.in_use) in {str(version) for version in versions}


def check_idle(state: State, versions: Sequence[Version], going: Sequence[Version]) -> None:
    """Make sure that nothing that is going is what its name means, or in use.

    Raises
    ------
    ModelError
        If so.
    """
    name, meant = versions[0].name, meant_by(state, versions)
    if is_in_use(state, going):
        raise ModelError(
            f"{state.in_use} is the model in use.",
            hint=f"First use another (smclassify models use {SHIPPED}), or remove it with --force.",
        )
    if meant in {version.number for version in going}:
        only_some = len(going) < len(versions)
        first = f"First use another version of {name}, or" if only_some else "Name single versions,"
        or_ = "" if only_some else " or"
        raise ModelError(
            f"{name}@{meant} is the current version of {name}.",
            hint=f"{first}{or_} remove it with --force.",
        )
