from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.partners"
    label = "partners"
