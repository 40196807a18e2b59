"""What the worker keeps: when each chore ran, and what is to be told to whom."""

from __future__ import annotations

from django.db import models


class Chore(models.Model):
    """One chore of the worker: when it ran last, how it went, when it runs next. Numbers and a fixed word; nobody's name."""

    name = models.CharField(max_length=80, primary_key=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    error = models.CharField(max_length=80, blank=True, default="")
