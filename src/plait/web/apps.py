from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.web"
    label = "web"
