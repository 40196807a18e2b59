"""The gallery of components."""

from plait.frame import views
from plait.frame.routes import MEMBER, route

app_name = "frame"
urlpatterns = [route("components/", views.gallery, name="gallery", needs=MEMBER)]
