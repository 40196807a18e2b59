from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.public"
    label = "public"
