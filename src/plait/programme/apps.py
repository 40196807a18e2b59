from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.programme"
    label = "programme"
