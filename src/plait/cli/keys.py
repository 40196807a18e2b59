"""`./plait keys`: the wrapping keys, and what waits after disposals."""

from __future__ import annotations

from plait.cli.inside import any_database, django


def status() -> int:
    """Say how the keys stand. Raises Stop (4) when one that is needed is missing or another's."""
    with any_database(join=True), django(owner=True):
        from plait.kernel import disposal
        from plait.kernel.keys import rotation

        for epoch in rotation.status():
            print(f"epoch {epoch.n}: {epoch.state}, wraps {epoch.keys} keys, file {'there' if epoch.file else 'gone'}")
        waiting = sum(d.cleansed_at is None for d in disposal.register())
        print(f"{waiting} disposals wait to be cleansed" if waiting else "no disposal waits to be cleansed")
    return 0


def rotate() -> None:
    with any_database(join=True), django(owner=True):
        from plait.kernel.keys import rotation

        done = rotation.rotate()
    print(f"A new epoch has begun; {done} keys were wrapped anew. Make a backup of the keys now.")


def forget(epoch: int) -> None:
    with any_database(join=True), django(owner=True):
        from plait.kernel.keys import rotation

        rotation.forget(epoch)
    print(f"The wrapping key of epoch {epoch} is deleted.")


def cleanse() -> None:
    with any_database(join=True), django(owner=True):
        from plait.kernel import disposal

        disposal.write_down()
        done = disposal.cleanse_what_waits()
    print(f"Written anew after {done} disposals." if done else "Nothing waits to be cleansed.")
