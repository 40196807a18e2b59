from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.picture"
    label = "picture"
