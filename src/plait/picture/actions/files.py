"""Files of evidence: add, remove, bring back."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_lazy as _

from plait.kernel import files
from plait.kernel.acting import Asker, action
from plait.kernel.errors import Invalid, NotFound, Refused
from plait.kernel.files import said
from plait.kernel.models import File, take
from plait.picture import policies, queries, words
from plait.picture.models import EvidenceFile


@action("picture.add_file")
def add_file(asker: Asker, *, evidence: uuid.UUID, circle: uuid.UUID, name: str, data: bytes) -> tuple[File, tuple[str, ...]]:
    """Add a file to an item of evidence. What is kept is the clean copy, sealed. Gives the file and what was taken out of it.

    Raises NotFound, Refused, Invalid (field "file").
    """
    seen = queries.evidence(asker, circle, evidence)
    policies.may_change(queries.level(asker, circle), seen.made_by_id == asker.id, seen.withdrawn_on is not None).insist()
    if queries.count_files(seen) >= files.FILES_OF_A_RECORD:
        raise Invalid({"file": [said.TOO_MANY]})
    row, taken_out = files.keep(asker, circle=circle, name=name, data=data)
    EvidenceFile(circle_id=circle, evidence_id=evidence, file_id=row.id).save(force_insert=True)
    return row, taken_out


def _take(asker: Asker, evidence: uuid.UUID, file: uuid.UUID, circle: uuid.UUID, version: int | None) -> File:
    seen = queries.evidence(asker, circle, evidence)
    if not EvidenceFile.objects.filter(circle_id=circle, evidence_id=evidence, file_id=file).exists():
        raise NotFound
    policies.may_change(queries.level(asker, circle), seen.made_by_id == asker.id, seen.withdrawn_on is not None).insist()
    row = take(File, id=file, circle=circle, version=version)
    if row.name is None:
        raise NotFound
    return row


@action("picture.remove_file")
def remove_file(asker: Asker, *, evidence: uuid.UUID, file: uuid.UUID, circle: uuid.UUID, version: int | None) -> File:
    """Take a file off the page; nobody opens it from then on. It can be brought back until it is disposed of. Raises NotFound, Refused, Conflict."""
    row = _take(asker, evidence, file, circle, version)
    if row.removed_on is not None:
        raise Refused(_("It was removed already."))
    row.removed_on = words.today(asker)
    row.save(update_fields=["removed_on", "version"])
    return row


@action("picture.bring_back_file")
def bring_back_file(asker: Asker, *, evidence: uuid.UUID, file: uuid.UUID, circle: uuid.UUID, version: int | None) -> File:
    """Undo of removing. Raises NotFound, Refused, Conflict."""
    row = _take(asker, evidence, file, circle, version)
    if row.removed_on is None:
        raise Refused(_("It was not removed."))
    row.removed_on = None
    row.save(update_fields=["removed_on", "version"])
    return row
