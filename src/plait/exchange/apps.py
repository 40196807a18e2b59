from django.apps import AppConfig


class Config(AppConfig):
    name = "plait.exchange"
    label = "exchange"
