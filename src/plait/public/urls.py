"""Addresses of the public site."""

from plait.frame.routes import ANYBODY, route
from plait.public import log, views

app_name = "public"
urlpatterns = [
    route("", views.home, "home", needs=ANYBODY),
    route("what/", views.what, "what", needs=ANYBODY),
    route("who/", views.who, "who", needs=ANYBODY),
    route("picture/", views.picture, "picture", needs=ANYBODY),
    route("picture/<str:number>/", views.assessment, "assessment", needs=ANYBODY),
    route("profile/", views.profile, "profile", needs=ANYBODY),
    route("profile/<str:number>/", views.profile, "earlier", needs=ANYBODY),
    route("profile/<str:number>/<slug:format>/", views.file, "file", needs=ANYBODY),
    route("refuse/", views.refuse, "refuse", needs=ANYBODY),
    route("pays/", views.pays, "pays", needs=ANYBODY),
    route("guarantees/", views.guarantees, "guarantees", needs=ANYBODY),
    route("help/", views.help, "help", needs=ANYBODY),
    route("complaints/", views.complaints, "complaints", needs=ANYBODY),
    route("contact/", views.contact, "contact", needs=ANYBODY),
    route("check/", views.check, "check", needs=ANYBODY),
    route("log/", log.log, "log", needs=ANYBODY),
    route("log/checkpoint", log.checkpoint, "log_checkpoint", needs=ANYBODY),
    route("log/checkpoint/<int:size>", log.checkpoint, "log_checkpoint_of", needs=ANYBODY),
    route("log/key", log.key, "log_key", needs=ANYBODY),
    route("log/proof/<int:old>/<int:new>", log.proof, "log_proof", needs=ANYBODY),
    route("log/tile/<int:level>/<path:path>", log.tile, "log_tile", needs=ANYBODY),
    route("accessibility/", views.accessibility, "accessibility", needs=ANYBODY),
    route("privacy/", views.privacy, "privacy", needs=ANYBODY),
    route("<path:rest>", views.missing, "missing", needs=ANYBODY),
]
