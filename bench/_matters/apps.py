from django.apps import AppConfig


class Matters(AppConfig):
    name = "_matters"
    label = "bench"
